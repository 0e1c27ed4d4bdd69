// What a deploy asks of AWS for each type of resource: to create it, to read it, to change it, to tag it and to remove it. From
// the handlers of AWS's resource types for CloudFormation and, where a service demands more of the caller, from its own guide.
import { ACCOUNT, REGION } from './resolved.ts'

export interface DeployNeed {
  actions: string[]
  /** ARNs as the stack has them; names that CloudFormation makes up begin with the stack's. */
  resources: string[]
  context?: Record<string, string>
}

const arn = (service: string, resource: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`
const named = (service: string, text: string) => text.split(' ').map((action) => `${service}:${action}`)

const ROLE = `arn:aws:iam::${ACCOUNT}:role/keysweep-prod-StartRunRole-1ABCDEFGHIJK`
const passTo = (service: string): DeployNeed => ({
  actions: ['iam:PassRole'],
  resources: [ROLE],
  context: { 'iam:PassedToService': `${service}.amazonaws.com` },
})
const API = [`arn:aws:apigateway:${REGION}::/apis`, `arn:aws:apigateway:${REGION}::/apis/a1b2c3/routes/d4e5f6`]
const api: DeployNeed = { actions: named('apigateway', 'POST GET PATCH DELETE'), resources: API }
/** To deliver an access log: "Permissions to activate logging" (API Gateway Developer Guide, HTTP APIs). */
const DELIVERY: DeployNeed = {
  actions: [
    ...named('logs', 'CreateLogDelivery GetLogDelivery UpdateLogDelivery DeleteLogDelivery ListLogDeliveries'),
    ...named('logs', 'PutResourcePolicy DescribeResourcePolicies DescribeLogGroups'),
  ],
  resources: ['*'],
}
const BUCKETS = ['arn:aws:s3:::keysweep-prod-runstore-1abcdefghijk']
const TOPIC = arn('sns', 'keysweep-prod-alarms')

/** By type of resource. */
export const DEPLOY_NEEDS: Record<string, DeployNeed[]> = {
  'AWS::ApiGatewayV2::Api': [
    { ...api, resources: [...API, `arn:aws:apigateway:${REGION}::/tags/arn%3Aaws%3Aapigateway`] },
    {
      actions: ['iam:CreateServiceLinkedRole'],
      resources: [
        `arn:aws:iam::${ACCOUNT}:role/aws-service-role/ops.apigateway.amazonaws.com/AWSServiceRoleForAPIGateway`,
      ],
      context: { 'iam:AWSServiceName': 'ops.apigateway.amazonaws.com' },
    },
  ],
  'AWS::ApiGatewayV2::Integration': [api],
  'AWS::ApiGatewayV2::Route': [api],
  'AWS::ApiGatewayV2::Stage': [api, DELIVERY],
  'AWS::CloudWatch::Alarm': [
    {
      actions: named(
        'cloudwatch',
        'PutMetricAlarm DescribeAlarms DeleteAlarms TagResource UntagResource ListTagsForResource',
      ),
      resources: [arn('cloudwatch', 'alarm:keysweep-prod-no-plan')],
    },
  ],
  'AWS::CloudWatch::Dashboard': [
    {
      actions: named('cloudwatch', 'PutDashboard GetDashboard DeleteDashboards'),
      resources: [`arn:aws:cloudwatch::${ACCOUNT}:dashboard/keysweep-prod`],
    },
  ],
  'AWS::IAM::ManagedPolicy': [
    {
      actions: named(
        'iam',
        'CreatePolicy GetPolicy DeletePolicy CreatePolicyVersion GetPolicyVersion DeletePolicyVersion ListPolicyVersions TagPolicy UntagPolicy',
      ),
      resources: [`arn:aws:iam::${ACCOUNT}:policy/keysweep-prod-view`],
    },
  ],
  'AWS::IAM::Role': [
    {
      actions: named(
        'iam',
        'CreateRole GetRole DeleteRole UpdateRole UpdateRoleDescription UpdateAssumeRolePolicy PutRolePolicy GetRolePolicy DeleteRolePolicy ListRolePolicies ListAttachedRolePolicies TagRole UntagRole',
      ),
      resources: [ROLE],
    },
  ],
  'AWS::Lambda::Function': [
    {
      actions: named(
        'lambda',
        'CreateFunction GetFunction GetFunctionConfiguration GetFunctionCodeSigningConfig GetRuntimeManagementConfig GetFunctionRecursionConfig UpdateFunctionCode UpdateFunctionConfiguration DeleteFunction ListTags TagResource UntagResource',
      ),
      resources: [arn('lambda', 'function:keysweep-prod-start-run')],
    },
    passTo('lambda'),
    {
      actions: ['s3:GetObject'],
      resources: ['arn:aws:s3:::keysweep-prod-serverlessdeploymentbucket-1abc/serverless/x.zip'],
    },
  ],
  'AWS::Lambda::Permission': [
    {
      actions: named('lambda', 'AddPermission RemovePermission GetPolicy'),
      resources: [arn('lambda', 'function:keysweep-prod-decide')],
    },
  ],
  'AWS::Logs::LogGroup': [
    {
      actions: named(
        'logs',
        'CreateLogGroup DeleteLogGroup PutRetentionPolicy DeleteRetentionPolicy TagResource UntagResource ListTagsForResource',
      ),
      resources: [
        arn('logs', 'log-group:/aws/lambda/keysweep-prod-start-run'),
        arn('logs', 'log-group:/aws/vendedlogs/states/keysweep-prod'),
        arn('logs', 'log-group:/aws/vendedlogs/http-api/keysweep-prod'),
      ],
    },
    { actions: ['logs:DescribeLogGroups'], resources: ['*'] },
  ],
  'AWS::S3::Bucket': [
    {
      actions: [
        ...named('s3', 'CreateBucket DeleteBucket PutEncryptionConfiguration GetEncryptionConfiguration'),
        ...named('s3', 'PutBucketVersioning GetBucketVersioning PutLifecycleConfiguration GetLifecycleConfiguration'),
        ...named('s3', 'PutBucketPublicAccessBlock GetBucketPublicAccessBlock PutBucketTagging GetBucketTagging'),
        ...named('s3', 'PutBucketOwnershipControls GetBucketOwnershipControls GetBucketLocation'),
      ],
      resources: BUCKETS,
    },
  ],
  'AWS::S3::BucketPolicy': [
    { actions: named('s3', 'PutBucketPolicy GetBucketPolicy DeleteBucketPolicy'), resources: BUCKETS },
  ],
  'AWS::SNS::Subscription': [
    { actions: ['sns:Subscribe', 'sns:ListSubscriptionsByTopic'], resources: [TOPIC] },
    { actions: named('sns', 'GetSubscriptionAttributes SetSubscriptionAttributes Unsubscribe'), resources: ['*'] },
  ],
  'AWS::SNS::Topic': [
    {
      actions: named(
        'sns',
        'CreateTopic DeleteTopic GetTopicAttributes SetTopicAttributes GetDataProtectionPolicy ListSubscriptionsByTopic ListTagsForResource TagResource UntagResource',
      ),
      resources: [TOPIC],
    },
  ],
  'AWS::SNS::TopicPolicy': [{ actions: named('sns', 'SetTopicAttributes GetTopicAttributes'), resources: [TOPIC] }],
  'AWS::SQS::Queue': [
    {
      actions: named(
        'sqs',
        'CreateQueue DeleteQueue GetQueueAttributes SetQueueAttributes GetQueueUrl ListQueueTags TagQueue UntagQueue',
      ),
      resources: [arn('sqs', 'keysweep-prod-not-started')],
    },
  ],
  'AWS::Scheduler::Schedule': [
    {
      actions: named('scheduler', 'CreateSchedule GetSchedule UpdateSchedule DeleteSchedule'),
      resources: ['', '-count-waiting'].map((name) => arn('scheduler', `schedule/default/keysweep-prod${name}`)),
    },
    passTo('scheduler'),
  ],
  'AWS::StepFunctions::StateMachine': [
    {
      actions: named(
        'states',
        'CreateStateMachine DescribeStateMachine UpdateStateMachine DeleteStateMachine TagResource UntagResource ListTagsForResource',
      ),
      resources: [arn('states', 'stateMachine:keysweep-prod')],
    },
    passTo('states'),
    DELIVERY,
  ],
}

/** What Serverless makes of functions and their events: not in resources/, but in the packaged template. */
export const MADE_BY_SERVERLESS = [
  ...['Api', 'Integration', 'Route', 'Stage'].map((name) => `AWS::ApiGatewayV2::${name}`),
  ...['AWS::Lambda::Function', 'AWS::Lambda::Permission', 'AWS::Logs::LogGroup'],
  ...['AWS::S3::Bucket', 'AWS::S3::BucketPolicy', 'AWS::StepFunctions::StateMachine'],
]

/** What Serverless itself asks: it uploads the packages, then sends the stack and watches it. */
export const SERVERLESS_NEEDS: DeployNeed[] = [
  {
    actions: named(
      'cloudformation',
      'CreateStack UpdateStack DeleteStack DescribeStacks DescribeStackEvents DescribeStackResource DescribeStackResources ListStackResources GetTemplate TagResource UpdateTerminationProtection',
    ),
    resources: [arn('cloudformation', 'stack/keysweep-prod/1f2e3d4c')],
  },
  { actions: ['cloudformation:ValidateTemplate'], resources: ['*'] },
  {
    actions: ['s3:ListBucket', 's3:ListBucketVersions', 's3:GetBucketLocation'],
    resources: ['arn:aws:s3:::keysweep-prod-serverlessdeploymentbucket-1abc'],
  },
  {
    actions: named('s3', 'PutObject GetObject DeleteObject DeleteObjectVersion'),
    resources: ['arn:aws:s3:::keysweep-prod-serverlessdeploymentbucket-1abc/serverless/keysweep/prod/1/StartRun.zip'],
  },
]
