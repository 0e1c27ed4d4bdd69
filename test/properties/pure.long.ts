import { describe, expect, it } from '@jest/globals'
import { everyAccountEndsOnce } from './organizations.ts'
import { capsHold, changedPlansAreFound } from './plans.ts'
import { patternsAgree, termEndsToTheMillisecond, untilTagsHold, verdictsAgree } from './pure.ts'
import { twoReadersAgree } from './report-quotes.ts'
import { damageIsFoundOrHarmless, theWayOfWritingIsNoMatter } from './reports.ts'
import { many } from './seeds.ts'
import { inputsOnlyTighten } from './tightening.ts'

describe.each(many())('over %s', (_, cases) => {
  it('a verdict is the one that the rules say', () => {
    expect(Math.min(...Object.values(verdictsAgree(cases)))).toBeGreaterThan(20)
  })
  it('a term ends at its millisecond', () => termEndsToTheMillisecond(cases))
  it('a dated exemption holds to the end of its day', () => untilTagsHold(cases))
  it('a pattern matches the names that it should', () => patternsAgree(cases))
  it('no byte of a plan can be changed unseen', () => changedPlansAreFound(cases))
  it('over a cap nothing goes ahead without a person', () => capsHold(cases))
  it('every account of an Organization ends once, and only the decided plan is changed', () => {
    expect(Math.min(...Object.values(everyAccountEndsOnce(cases)))).toBeGreaterThan(100)
  })
  it('an input tightens what was deployed, or is refused', () => {
    expect(inputsOnlyTighten(cases)).toBeGreaterThan(40000)
  })
  it('a report says the same however it is written', () => theWayOfWritingIsNoMatter(cases))
  it('a damaged report is refused, or read where it is whole', () => {
    expect(damageIsFoundOrHarmless(cases)).toBeGreaterThan(300)
  })
  it('a report with quotes anywhere is read as a second reader reads it', () => {
    expect(twoReadersAgree(cases)).toBeGreaterThan(300)
  })
})
