// Two packagings of one commit are one and the same.
import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { functions } from '../project/stack.ts'
import { type Packaged, packaged } from '../support/packaged.ts'

let first: Packaged
let second: Packaged
beforeAll(async () => {
  ;[first, second] = await Promise.all([packaged(), packaged()])
})
afterAll(() => Promise.all([first, second].map(({ remove }) => remove())))

const zips = ({ folder }: Packaged) => globSync(`${folder}/.serverless/*.zip`).sort()
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

describe('the packages', () => {
  it('come out the same, to the byte, when they are made again', () => {
    const hashes = (made: Packaged) => zips(made).map((file) => [path.basename(file), sha256(readFileSync(file))])
    expect(hashes(first)).toHaveLength(Object.keys(functions).length)
    expect(hashes(second)).toEqual(hashes(first))
  })

  it('are all that differs between two packagings: the template names them by the time', () => {
    const plain = ({ template }: Packaged) => JSON.stringify(template).replaceAll(/\d+-\d{4}-\d\d-\d\dT[\d:.]+Z/g, '')
    expect(plain(second)).toBe(plain(first))
  })
})
