// Copies of a valid example that are not valid any more, to try a schema on.

type Path = (string | number)[]

/** Each field and list entry of an example, by its path: "runs.0.keys". */
function pathsIn(value: unknown, path: Path = []): Path[] {
  const here = path.length === 0 ? [] : [path]
  if (value === null || typeof value !== 'object') return here
  const names = Array.isArray(value) ? value.map((_, at) => at) : Object.keys(value)
  return [
    ...here,
    ...names.flatMap((name) => pathsIn((value as Record<string | number, unknown>)[name], [...path, name])),
  ]
}

function parentIn(example: object, path: Path): Record<string | number, unknown> {
  let parent = example as Record<string | number, unknown>
  for (const name of path.slice(0, -1)) parent = parent[name] as typeof parent
  return parent
}

/** The paths of the fields without which a copy of the example is still accepted. */
export function dispensable(example: object, accepts: (copy: unknown) => boolean): string[] {
  const fields = pathsIn(example).filter((path) => typeof path.at(-1) === 'string')
  return pathsWhere(fields, example, accepts, (parent, name) => delete parent[name])
}

/** The paths at which a copy of the example may hold a value of another type. */
export function untyped(example: object, accepts: (copy: unknown) => boolean): string[] {
  return pathsWhere(pathsIn(example), example, accepts, (parent, name) => {
    const was = parent[name]
    parent[name] = typeof was === 'number' ? 'text' : 7
  })
}

function pathsWhere(
  paths: Path[],
  example: object,
  accepts: (copy: unknown) => boolean,
  damage: (parent: Record<string | number, unknown>, name: string | number) => void,
): string[] {
  const found = paths.filter((path) => {
    const copy = structuredClone(example)
    damage(parentIn(copy, path), path.at(-1) ?? '')
    return accepts(copy)
  })
  return found.map((path) => path.join('.'))
}
