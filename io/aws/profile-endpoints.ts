// Where the shared config files and the environment say that a service is. The SDK knows it for the process's own profile alone.
import { parseKnownFiles } from '@smithy/core/config'

type Env = Record<string, string | undefined>
type Profiles = Awaited<ReturnType<typeof parseKnownFiles>>

/** The services that a run calls in an account, as AWS_ENDPOINT_URL_<SERVICE> and the services sections name them. */
export const SERVICES = ['IAM', 'STS', 'CloudTrail'] as const

/** By service; null: AWS's own. */
export type Endpoints = Record<(typeof SERVICES)[number], string | null>

/**
 * The endpoints of each profile, in AWS's order (AWS SDKs and Tools Reference Guide, "Service-specific endpoints"): the
 * environment, the profile's services section, the profile's endpoint_url.
 */
export async function endpointsOf(names: string[], env: Env): Promise<Endpoints[]> {
  const profiles = await parseKnownFiles({})
  return names.map((name) => {
    const [iam, sts, trail] = SERVICES.map((service) => endpointOf(service, name, profiles, env))
    return { IAM: iam ?? null, STS: sts ?? null, CloudTrail: trail ?? null }
  })
}

function endpointOf(service: string, name: string, profiles: Profiles, env: Env): string | undefined {
  const profile = Object.hasOwn(profiles, name) ? (profiles[name] ?? {}) : {}
  const ignored = env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS ?? profile.ignore_configured_endpoint_urls
  if (ignored === 'true') return undefined
  const inEnvironment = env[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] || env.AWS_ENDPOINT_URL
  const section = profiles[`services.${profile.services}`]
  return inEnvironment || section?.[`${service.toLowerCase()}.endpoint_url`] || profile.endpoint_url
}
