// A Serverless plugin: the Region of a deploy, chosen as the command line chooses it (cli/options/aws.ts). Serverless alone takes
// us-east-1 where none is named. IAM is one for all Regions, so a second installation there would sweep the same account.
import { SettingsRefused } from '../core/model/errors.ts'
import { profileRegion } from '../io/aws/profiles.ts'
import { withoutStack } from './without-stack.ts'

/** The parts of Serverless that this uses. */
export interface ServerlessForRegion {
  processedInput: { commands: string[] }
  service: { provider: { region?: string } }
}

export interface RegionOptions {
  region?: string
  'aws-profile'?: string
}

/** They call no AWS: a template fits every Region. */
const OFFLINE = ['package', 'print', 'help', '']

const REGION = /^[a-z]{2}(?:-[a-z]+)+-\d{1,2}$/

interface Tools {
  log?: { notice: (message: string) => void }
}

export default function deployRegionPlugin(
  serverless: ServerlessForRegion,
  options: RegionOptions,
  { log }: Tools = {},
) {
  return {
    hooks: {
      initialize: withoutStack(async () => {
        const region = await chosenRegion(options, process.env)
        const [command = ''] = serverless.processedInput.commands
        if (region === null && !OFFLINE.includes(command)) throw noRegion(command)
        // Serverless names us-east-1 in its own line all the same.
        if (region === null) return log?.notice('No Region is named: what is packaged fits every Region.')
        // Serverless asks the options first, and writes into both.
        options.region = region
        serverless.service.provider.region = region
      }),
    },
  }
}

/**
 * --region, then AWS_REGION, AWS_DEFAULT_REGION, then the profile's Region. An empty variable does not count, as in the AWS CLI.
 * @throws SettingsRefused for what is no Region
 */
export async function chosenRegion(options: RegionOptions, env: NodeJS.ProcessEnv): Promise<string | null> {
  const profile = options['aws-profile'] || env.AWS_PROFILE || env.AWS_DEFAULT_PROFILE || 'default'
  const region = options.region ?? (env.AWS_REGION || env.AWS_DEFAULT_REGION || (await profileRegion(profile)))
  if (region !== null && !REGION.test(region))
    throw new SettingsRefused(`Invalid Region "${region}": must be one such as eu-west-1.`)
  return region
}

const noRegion = (command: string): SettingsRefused =>
  new SettingsRefused(
    `No Region for "serverless ${command}": none in --region, AWS_REGION, AWS_DEFAULT_REGION or the AWS profile. Name one, for example with --region eu-west-1.`,
  )
