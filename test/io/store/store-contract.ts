// What every run store must do. Run by each implementation's own test.
import { describe, expect, it } from '@jest/globals'
import type { RunStore } from '../../../io/store/run-store.ts'

/** Holds a store to the contract; `open` gives a new, empty one. `many` are more than it lists at once: S3 lists a thousand. */
export function storeContract(name: string, open: () => Promise<RunStore>, many = 1001): void {
  describe(`the run store in ${name}`, () => {
    it('gives back what was put, to the byte', async () => {
      const store = await open()
      const text = '{"user":"jörg <script>","emoji":"🗝️","line":"a\\nb"}'
      expect(await store.put('runs/r/input.json', text)).toEqual({ created: true, text })
      expect(await store.get('runs/r/input.json')).toBe(text)
    })
    it('answers a second put with the stored text, and changes nothing', async () => {
      const store = await open()
      await store.put('runs/r/plan.json', 'first')
      expect(await store.put('runs/r/plan.json', 'second')).toEqual({ created: false, text: 'first' })
      expect(await store.get('runs/r/plan.json')).toBe('first')
    })
    it('lets exactly one of many writers at once win, and gives all of them the same text', async () => {
      const store = await open()
      const puts = await Promise.all(
        Array.from({ length: 20 }, (_, index) => store.put('runs/r/decision.json', `writer ${index}`)),
      )
      expect(puts.filter((put) => put.created)).toHaveLength(1)
      expect(new Set(puts.map((put) => put.text)).size).toBe(1)
    })
    it('reads what is not there as null', async () => {
      const store = await open()
      expect(await store.get('runs/none/plan.json')).toBeNull()
    })
    it('reads as null what is no object, but has objects below it', async () => {
      const store = await open()
      await store.put('runs/r/plan.json', 'x')
      expect(await store.get('runs/r')).toBeNull()
    })
    it('keeps an empty object apart from none', async () => {
      const store = await open()
      await store.put('runs/r/report.csv', '')
      expect(await store.get('runs/r/report.csv')).toBe('')
    })
    it('lists what begins with a prefix, sorted, and nothing else', async () => {
      const store = await open()
      const keys = [
        'runs/r/plan.json',
        'runs/r/verdicts/0.json',
        'runs/r/verdicts/500.json',
        'runs/r/written.json',
        'runs/r2/verdicts/0.json',
      ]
      for (const key of [...keys.toReversed(), 'runs/s/plan.json']) await store.put(key, 'x')
      expect(await store.list('runs/r/verdicts/')).toEqual(['runs/r/verdicts/0.json', 'runs/r/verdicts/500.json'])
      expect(await store.list('runs/r')).toEqual(keys)
    })
    it.each<[string, ((folder: string) => boolean) | undefined, string[]]>([
      ['all folders', undefined, ['a', 'b', 'c-0']],
      ['the folders that are asked for', (folder) => folder !== 'b', ['a', 'c-0']],
      ['no folder', () => false, []],
    ])('tells the newest of %s', async (_, among, runs) => {
      const store = await open()
      const others = ['runs/a/input.json', 'runs/b/verdicts/0.json', 'runs/d/input.json', 'orgs/e/plan.json']
      const keys = ['a', 'b', 'c-0'].map((run) => `runs/${run}/plan.json`)
      for (const key of [...others, ...keys]) await store.put(key, 'x')
      const found = await store.newest('runs/', 'plan.json', among)
      expect(found.toSorted()).toEqual(runs.map((run) => `runs/${run}/plan.json`))
      expect(await store.newest('none/', 'plan.json', among)).toEqual([])
    })
    it.each(['', 'r', 'runs', 'k'])('lists from the top what begins with "%s"', async (prefix) => {
      const store = await open()
      const keys = ['keys/AKIATOPTOPTOPTOPTOPT/r.intent.json', 'runs/r/plan.json']
      for (const key of keys) await store.put(key, 'x')
      expect(await store.list(prefix)).toEqual(keys.filter((key) => key.startsWith(prefix)))
    })
    it('lists what was written last first, by the end of its name', async () => {
      const store = await open()
      for (const run of ['b', 'c', 'a']) {
        await store.put(`runs/${run}/plan.json`, 'x')
        await store.put(`runs/${run}/input.json`, 'x')
        // S3 dates objects in whole seconds; a file system in less than a millisecond.
        await new Promise((resolve) => setTimeout(resolve, store.location.startsWith('s3://') ? 1100 : 20))
      }
      expect(await store.newest('runs/', 'plan.json')).toEqual(['a', 'c', 'b'].map((run) => `runs/${run}/plan.json`))
      expect(await store.newest('keys/', 'plan.json')).toEqual([])
    })
    it('lists nothing where nothing is', async () => {
      expect(await (await open()).list('keys/AKIANOBODYNOBODYNOBO/')).toEqual([])
    })
    it(`lists all of ${many} objects`, async () => {
      const store = await open()
      const keys = Array.from(
        { length: many },
        (_, index) => `keys/AKIAMANYMANYMANYMANY/run-${String(index).padStart(4, '0')}.intent.json`,
      )
      for (let at = 0; at < keys.length; at += 100)
        await Promise.all(keys.slice(at, at + 100).map((key) => store.put(key, '{}')))
      expect(await store.list('keys/AKIAMANYMANYMANYMANY/')).toEqual(keys)
    })
  })
}
