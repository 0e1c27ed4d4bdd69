/**
 * The results of two things that run at once. A command that fails leaves neither behind: it ends when both have.
 * @throws the first one's error, else the second one's, once both have ended
 */
export async function bothEnded<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([first, second])
  return [await first, await second]
}
