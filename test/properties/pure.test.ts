// Every "always" of the pure core, over facts by chance and against an oracle of its own.
import { describe, expect, it } from '@jest/globals'
import { ACCOUNT_ENDS } from '../../core/model/closed-sets.ts'
import { everyAccountEndsOnce } from './organizations.ts'
import { capsHold, changedPlansAreFound } from './plans.ts'
import { patternsAgree, termEndsToTheMillisecond, untilTagsHold, verdictsAgree } from './pure.ts'
import { twoReadersAgree } from './report-quotes.ts'
import { damageIsFoundOrHarmless, theWayOfWritingIsNoMatter } from './reports.ts'
import { some } from './seeds.ts'
import { inputsOnlyTighten } from './tightening.ts'

const ROWS = ['exempt', 'not-active', 'unknown', 'changed', 'own', 'unused', 'rotation', 'in-use']

describe('by chance', () => {
  it('a verdict is the one that the rules say, in every row', () => {
    expect(Object.keys(verdictsAgree(some(1000))).sort()).toEqual([...ROWS].sort())
  })
  it('a term ends at its millisecond, whatever happened last', () => termEndsToTheMillisecond(some(500)))
  it('a dated exemption holds to the end of its day, and one without a date is a doubt', () => untilTagsHold(some(500)))
  it('a pattern matches the names that it should', () => patternsAgree(some(500)))
  it('no byte of a plan can be changed unseen', () => changedPlansAreFound(some(500)))
  it('over a cap nothing goes ahead without a person, and 0 means zero', () => capsHold(some(300)))
  it('an input tightens what was deployed, or is refused', () => {
    expect(inputsOnlyTighten(some(250))).toBeGreaterThan(1000)
  })
  it('a report says the same however it is written', () => theWayOfWritingIsNoMatter(some(500)))
  it('a damaged report is refused, or read where it is whole', () => {
    expect(damageIsFoundOrHarmless(some(500))).toBeGreaterThan(15)
  })
  it('a report with quotes anywhere is read as a second reader reads it', () => {
    expect(twoReadersAgree(some(500))).toBeGreaterThan(50)
  })
  it('every account of an Organization ends once, no blind spot is green, and only the decided plan is changed', () => {
    expect(Object.keys(everyAccountEndsOnce(some(1000))).sort()).toEqual([...ACCOUNT_ENDS].sort())
  })
})
