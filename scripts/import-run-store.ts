// Takes a kept run store into a new stack: writes the template and the list of resources for an import by CloudFormation
// ("Bringing existing resources into CloudFormation management", CloudFormation User Guide). After `npm run package`:
//   npm run -s import-run-store -- <bucket> <file with its policy>
import { readFileSync, writeFileSync } from 'node:fs'
import { SettingsRefused } from '../core/model/errors.ts'

const PACKAGED = '.serverless/cloudformation-template-update-stack.json'
const TEMPLATE = '.serverless/import-template.json'
const RESOURCES = '.serverless/resources-to-import.json'

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
  throw new SettingsRefused(
    'Not a bucket policy. Write it to a file with: aws s3api get-bucket-policy --bucket <bucket> --query Policy --output text',
  )
}

if (import.meta.main) {
  const [bucket, policyFile] = process.argv.slice(2)
  if (bucket === undefined || policyFile === undefined)
    throw new SettingsRefused('Usage: npm run -s import-run-store -- <bucket> <file with its policy>')
  const packaged: ImportedTemplate = JSON.parse(readFileSync(PACKAGED, 'utf8'))
  writeFileSync(TEMPLATE, JSON.stringify(importTemplate(packaged, readFileSync(policyFile, 'utf8')), null, 2))
  writeFileSync(RESOURCES, JSON.stringify(resourcesToImport(bucket), null, 2))
  console.log(`Written: ${TEMPLATE}, ${RESOURCES}`)
}
