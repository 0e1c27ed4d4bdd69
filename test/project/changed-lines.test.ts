import { expect, it } from '@jest/globals'
import { linesOf } from '../../scripts/changed-lines.ts'
import { errorWith } from '../support/error-facts.ts'

const DIFF = `diff --git a/io/pages.ts b/io/pages.ts
index 6f3a1b2..a1c9e77 100644
--- a/io/pages.ts
+++ b/io/pages.ts
@@ -5 +5 @@ export interface Page {
-  IsTruncated?: boolean
+  IsTruncated: boolean
@@ -12,0 +13,3 @@ const MOST_PAGES = 100
+/** One. */
+/** Two. */
+/** Three. */
@@ -20,2 +23,0 @@ export async function allPages() {
-  const a = 1
-  const b = 2
diff --git a/io/notes.md b/io/notes.md
--- a/io/notes.md
+++ b/io/notes.md
@@ -1 +1 @@
-old
+new
diff --git a/io/new.ts b/io/new.ts
new file mode 100644
--- /dev/null
+++ b/io/new.ts
@@ -0,0 +1,2 @@
+export const one = 1
+export const two = 2
`

it('the lines that a change has left behind, or those around a gap, in TypeScript alone', () => {
  expect(linesOf(DIFF)).toEqual(['io/pages.ts:5-5', 'io/pages.ts:13-15', 'io/pages.ts:23-24', 'io/new.ts:1-2'])
})

it('none where nothing has changed', () => {
  expect(linesOf('')).toEqual([])
})

it('a change of no file is refused: its lines would be tried nowhere', () => {
  expect(() => linesOf('+++ io/pages.ts\n@@ -5 +5 @@\n-a\n+b\n')).toThrow(errorWith('Error', '@@ -5 +5 @@'))
})
