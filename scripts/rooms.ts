// The folders of the product, for the tests of imports, the mutation tests and the bundles. A test compares this list with the
// folders that exist.

export interface Room {
  /** The folders that its files may import from, including its own. */
  mayImport: string[]
  /** Whether it has mutation tests (npm run test:mutation). */
  mutated: boolean
}

/** Imports run one way: cli → views → local → functions and engine; functions → steps → io → core; cli → demo → core. */
export const ROOMS: Record<string, Room> = {
  core: { mayImport: ['core'], mutated: true },
  io: { mayImport: ['io', 'core'], mutated: true },
  steps: { mayImport: ['steps', 'io', 'core'], mutated: true },
  functions: { mayImport: ['functions', 'steps', 'io', 'core'], mutated: true },
  // Knows nothing of keysweep.
  engine: { mayImport: ['engine'], mutated: false },
  local: { mayImport: ['local', 'functions', 'engine', 'steps', 'io', 'core'], mutated: false },
  views: { mayImport: ['views', 'local', 'functions', 'steps', 'io', 'core'], mutated: false },
  demo: { mayImport: ['demo', 'core'], mutated: false },
  cli: { mayImport: ['cli', 'views', 'demo', 'local', 'functions', 'engine', 'steps', 'io', 'core'], mutated: false },
  scripts: { mayImport: ['scripts', 'io', 'core'], mutated: false },
}

/** The same inside core/. */
export const CORE_ROOMS: Record<string, string[]> = {
  model: ['model'],
  judge: ['judge', 'texts', 'model'],
  run: ['run', 'judge', 'texts', 'model'],
  texts: ['texts', 'model'],
  notify: ['notify', 'texts', 'run', 'judge', 'model'],
}

/** The folders with mutation tests. */
export const MUTATED = Object.keys(ROOMS).filter((folder) => ROOMS[folder]?.mutated)
