// Takes a kept run store into a new stack: writes the template and the list of resources for an import by CloudFormation
// ("Bringing existing resources into CloudFormation management", CloudFormation User Guide). After `npm run package`:
//   npm run -s import-run-store -- <bucket> <policy file>
import { readFileSync, writeFileSync } from 'node:fs'
import { SettingsRefused } from '../core/model/errors.ts'
import { systemErrorText } from '../core/texts/system-error.ts'

const PACKAGED = '.serverless/cloudformation-template-update-stack.json'
const TEMPLATE = '.serverless/import-template.json'
const RESOURCES = '.serverless/resources-to-import.json'

const WRITE_POLICY =
  'Write the policy to a file with: aws s3api get-bucket-policy --bucket <bucket> --query Policy --output text'

interface Resource {
  Type: string
  DeletionPolicy?: string
  UpdateReplacePolicy?: string
  Properties?: Record<string, unknown>
}

export interface ImportedTemplate {
  Resources: { RunStore: Resource; RunStorePolicy: Resource }
}

/**
 * The bucket as the stack describes it, without a name: with one, the next deploy would replace the bucket. Its policy is the
 * one that it has, so that it is never without. The next deploy sets the new one.
 * @throws SettingsRefused for a text that is no policy
 */
export function importTemplate({ Resources }: ImportedTemplate, policyText: string): ImportedTemplate {
  const { RunStore, RunStorePolicy } = Resources
  const properties = { Bucket: { Ref: 'RunStore' }, PolicyDocument: policyIn(policyText) }
  return { Resources: { RunStore, RunStorePolicy: { ...RunStorePolicy, Properties: properties } } }
}

export const resourcesToImport = (bucket: string) => [
  { ResourceType: 'AWS::S3::Bucket', LogicalResourceId: 'RunStore', ResourceIdentifier: { BucketName: bucket } },
  {
    ResourceType: 'AWS::S3::BucketPolicy',
    LogicalResourceId: 'RunStorePolicy',
    ResourceIdentifier: { Bucket: bucket },
  },
]

function policyIn(text: string): object {
  try {
    const policy: unknown = JSON.parse(text)
    if (typeof policy === 'object' && policy !== null && 'Statement' in policy) return policy
  } catch {
    // The same refusal.
  }
  throw new SettingsRefused(`The file has no bucket policy. ${WRITE_POLICY}`)
}

/** @returns the exit code. A fault is said in one line, on stderr. */
function main(args: string[]): number {
  const [bucket, policyFile, ...more] = args
  if (bucket === undefined || policyFile === undefined || more.length > 0 || bucket.startsWith('-')) {
    console.error('Usage: npm run -s import-run-store -- <bucket> <policy file>')
    return 2
  }
  try {
    const packaged: ImportedTemplate = JSON.parse(textIn(PACKAGED, 'Call npm run package first.'))
    writeFileSync(TEMPLATE, JSON.stringify(importTemplate(packaged, textIn(policyFile, WRITE_POLICY)), null, 2))
    writeFileSync(RESOURCES, JSON.stringify(resourcesToImport(bucket), null, 2))
  } catch (error) {
    if (!(error instanceof SettingsRefused)) throw error
    console.error(error.message)
    return 1
  }
  console.log(`Written: ${TEMPLATE}, ${RESOURCES}`)
  return 0
}

/** @throws SettingsRefused */
function textIn(file: string, whatToDo: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new SettingsRefused(`Cannot read ${file}: ${systemErrorText(error)}. ${whatToDo}`, { cause: error })
  }
}

if (import.meta.main) process.exitCode = main(process.argv.slice(2))
