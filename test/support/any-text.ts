// Text of any characters, unpaired surrogates too. fast-check's own strings of all of Unicode take half a second to make ready.
import fc from 'fast-check'

/** The first planes hold what texts are made of, and what a terminal acts on. */
const point = fc.oneof(fc.nat(0x2fff), fc.nat(0x10ffff))

export const anyCharacter = point.map((at) => String.fromCodePoint(at))

export const anyText = (): fc.Arbitrary<string> =>
  fc.array(point, { maxLength: 40 }).map((points) => String.fromCodePoint(...points))
