// After a change of wording, `npm run catalogue` writes the files anew, and their diff is what is reviewed.
import { expect, it } from '@jest/globals'
import { documentNames, documentText, reviewedText } from './documents.ts'

it.each(documentNames)(
  '%s.txt is the document as it is now; if it is not, "npm run catalogue" writes it anew',
  (name) => {
    expect(documentText(name)).toBe(reviewedText(name))
  },
)
