import { expect, test } from '@jest/globals';
import { type METRICS, METRICS_NAMESPACE } from '../../src/report.ts';
import { VERSION } from '../../src/version.ts';
import { deployed, type Parameters, template } from './template-reader.ts';

/** Each parameter's value is its own name, so that it shows where it goes; and everything optional is there. */
const NAMES: Parameters = {
  ...Object.fromEntries(Object.keys(template.Parameters).map(name => [name, name])),
  'AWS::StackName': 'shop',
  CreateFlowModule: 'Yes',
  SessionStore: 'ON',
  SourceContactCheck: 'OWNER_IF_KNOWN',
};

/** Text for people, or with tests of its own. */
const TEXT = expect.stringMatching(/\S/);
const QUERY = { LogGroupNames: ['PersistentChatLogGroup'], QueryString: TEXT };
const DELETED = { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' };
const allow = (Action: string | string[], Resource: string | string[]) => ({ Effect: 'Allow', Action, Resource });
const statements = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });
const ASSUME_ROLE = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };
const policy = (PolicyName: string, ...all: object[]) => ({ PolicyName, PolicyDocument: statements(...all) });

const OF_LAMBDA = ['Errors', 'Throttles', 'Invocations'] as const;
type MetricName = keyof typeof METRICS | (typeof OF_LAMBDA)[number];
/** A metric query. The function's own metrics are by stack, so that two stacks never share theirs. */
function metric(Id: string, MetricName: MetricName, Stat = 'Sum', Period = 1_800) {
  const Metric = OF_LAMBDA.some(name => name === MetricName)
    ? { Namespace: 'AWS/Lambda', Dimensions: [{ Name: 'FunctionName', Value: 'PersistentChatFunction' }] }
    : { Namespace: METRICS_NAMESPACE, Dimensions: [{ Name: 'service', Value: 'shop' }] };
  return { Id, ReturnData: false, MetricStat: { Stat, Period, Metric: { MetricName, ...Metric } } };
}
const share = (of: string, all: string) =>
  `IF(${of} >= AlarmMinChats AND 100 * ${of} >= AlarmSharePercent * ${all}, 1, 0)`;
const RETURNING = metric('returning', 'Returning');
const CONTINUED = metric('continued', 'Continued');
const FAILURES = { Id: 'failures', ReturnData: false, Expression: 'FILL(errors, 0) + FILL(throttles, 0)' };
const TOTAL = { Id: 'total', ReturnData: false, Expression: 'FILL(invocations, 0) + FILL(throttles, 0)' };
const LOW_RATE =
  'IF(returning - continued >= AlarmMinChats AND 100 * continued < SuccessRateAlarmPercent * returning, 1, 0)';
const NO_HISTORY = 'IF(chats >= NoHistoryAlarmMinChats AND 100 * continued < chats, 1, 0)';

/** What CloudFormation gets from SAM for these parameters: every resource's attributes and properties, and the outputs. */
function wiring({ SessionStore, SourceContactCheck, CreateFlowModule, ...given }: Parameters): object {
  const hasStore = SessionStore === 'ON';
  const checks = SourceContactCheck !== 'OFF';
  const mayBeUnverified = SourceContactCheck === 'OWNER_IF_KNOWN';
  const topics = given['AlarmTopicArn'] ? ['AlarmTopicArn'] : undefined;
  const alarm = (name: string, Expression: string, ...metrics: object[]) => ({
    AlarmName: `shop-${name}`,
    AlarmDescription: TEXT,
    Metrics: [{ Id: 'alarm', Label: TEXT, Expression }, ...metrics],
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    Threshold: 1,
    EvaluationPeriods: 1,
    TreatMissingData: 'notBreaching',
    AlarmActions: topics,
    OKActions: topics,
  });
  const shareAlarm = (name: string, id: string, metricName: MetricName) =>
    alarm(name, share(id, 'returning'), metric(id, metricName), RETURNING);
  const Variables = {
    ENABLED: 'Enabled',
    DEFAULT_REHYDRATION_TYPE: 'DefaultRehydrationType',
    SOURCE_CONTACT_ID_ATTRIBUTE: 'SourceContactIdAttribute',
    SOURCE_CONTACT_CHECK: SourceContactCheck,
    CUSTOMER_IDENTITY: 'CustomerIdentity',
    CUSTOMER_ID_ATTRIBUTE: 'CustomerIdAttribute',
    SESSION_STORE_TABLE: hasStore ? 'SessionStoreTable' : undefined,
    SESSION_STORE_KEY: hasStore ? '{{resolve:secretsmanager:SessionStoreSecret:SecretString}}' : undefined,
    SESSION_STORE_DAYS: hasStore ? 'SessionStoreDays' : undefined,
    POWERTOOLS_SERVICE_NAME: 'shop',
    POWERTOOLS_LOG_LEVEL: 'LogLevel',
    AWS_ENDPOINT_URL_CONNECT: given['ConnectEndpointUrl'] || undefined,
  };
  const associate = ['connect:CreatePersistentContactAssociation', ...(checks ? ['connect:DescribeContact'] : [])];
  return {
    PersistentChatFunction: {
      Description: TEXT,
      Code: { S3Bucket: 'CodeBucket', S3Key: 'CodeKey' },
      Handler: 'handler.handler',
      Runtime: 'nodejs24.x',
      Architectures: ['Architecture'],
      MemorySize: 512,
      Timeout: 'FunctionTimeout',
      // A reservation of 0 would switch it off.
      ReservedConcurrentExecutions: given['ReservedConcurrency'] || undefined,
      Role: 'PersistentChatRole.Arn',
      TracingConfig: { Mode: 'Active' },
      LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'LogLevel', LogGroup: 'PersistentChatLogGroup' },
      Environment: { Variables },
      Tags: [{ Key: 'lambda:createdBy', Value: 'SAM' }],
    },
    PersistentChatLogGroup: { LogGroupName: '/aws/lambda/shop', RetentionInDays: 'LogRetentionDays' },
    PersistentChatRole: {
      PermissionsBoundary: given['PermissionsBoundaryArn'] || undefined,
      AssumeRolePolicyDocument: statements(ASSUME_ROLE),
      Policies: [
        policy(
          'ContinuePastChats',
          allow(associate, ['InstanceArn', 'InstanceArn/contact/*']),
          ...(checks ? [allow('connect:ListAssociatedContacts', 'InstanceArn/contact/*')] : []),
        ),
        ...(hasStore ? [policy('RecordSessions', allow('dynamodb:UpdateItem', 'SessionStoreTable.Arn'))] : []),
        policy('WriteLog', allow(['logs:CreateLogStream', 'logs:PutLogEvents'], 'PersistentChatLogGroup.Arn')),
        policy('WriteTraces', allow(['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], '*')),
      ],
    },
    // Amazon Connect alone may invoke it, for this instance and account.
    PersistentChatPermission: {
      FunctionName: 'PersistentChatFunction',
      Action: 'lambda:InvokeFunction',
      Principal: 'connect.amazonaws.com',
      SourceArn: 'InstanceArn',
      SourceAccount: '123456789012',
    },
    PersistentChatAssociation: {
      InstanceId: 'InstanceArn',
      IntegrationType: 'LAMBDA_FUNCTION',
      IntegrationArn: 'PersistentChatFunction.Arn',
    },
    ...(CreateFlowModule === 'Yes' && {
      PersistentChatFlowModule: {
        DependsOn: ['PersistentChatAssociation', 'PersistentChatPermission'],
        InstanceArn: 'InstanceArn',
        Name: 'Persistent chat (shop)',
        Description: TEXT,
        Settings: TEXT,
        Content: TEXT,
      },
    }),
    ...(hasStore && {
      // Without backups.
      SessionStoreTable: {
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'customer', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'customer', KeyType: 'HASH' }],
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
        ...DELETED,
      },
      SessionStoreSecret: {
        Description: TEXT,
        GenerateSecretString: { PasswordLength: 64, ExcludePunctuation: true },
        ...DELETED,
      },
      SessionStoreAlarm: alarm(
        'session-store',
        share('failed', 'chats'),
        metric('failed', 'SessionStoreFailed'),
        metric('chats', 'SessionStoreFailed', 'SampleCount'),
      ),
    }),
    ErrorBranchAlarm: alarm(
      'error-branch',
      share('failures', 'total'),
      FAILURES,
      TOTAL,
      ...OF_LAMBDA.map(name => metric(name.toLowerCase(), name)),
    ),
    FailedChatsAlarm: shareAlarm('failed-chats', 'failed', 'Failed'),
    RejectedByConnectAlarm: shareAlarm('rejected-by-connect', 'rejected', 'RejectedByConnect'),
    NotOwnedAlarm: shareAlarm('not-owned', 'notowned', 'NotOwned'),
    // Only where some chats may be continued unverified, and others not.
    UnverifiedAlarm: mayBeUnverified ? shareAlarm('unverified', 'unverified', 'Unverified') : undefined,
    LowSuccessRateAlarm: alarm('low-success-rate', LOW_RATE, CONTINUED, RETURNING),
    NoHistoryAlarm: alarm('no-history', NO_HISTORY, metric('chats', 'Continued', 'SampleCount'), CONTINUED),
    PastContactShareAlarm: {
      ...alarm('past-contact-share', ''),
      // CloudWatch takes two results of such an alarm: what it watches, and its band.
      Metrics: [
        { Id: 'expected', Label: TEXT, Expression: 'ANOMALY_DETECTION_BAND(share, 3.5)' },
        { Id: 'share', Label: TEXT, Expression: 'IF(chats >= 40, 100 * returning / chats)' },
        metric('chats', 'Returning', 'SampleCount', 3_600),
        metric('returning', 'Returning', 'Sum', 3_600),
      ],
      ComparisonOperator: 'LessThanLowerThreshold',
      Threshold: undefined,
      ThresholdMetricId: 'expected',
    },
    // One for each Region of an account.
    PersistentChatDashboard: { DashboardName: 'shop-eu-central-1', DashboardBody: TEXT },
    ContactHistoryQuery: { Name: 'shop/Contact history', ...QUERY },
    FailedAndRejectedQuery: { Name: 'shop/Failed and rejected', ...QUERY },
    // For flow authors and operators.
    Outputs: {
      Version: VERSION,
      SessionStoreTableName: hasStore ? 'SessionStoreTable' : undefined,
      SessionStoreSecretArn: hasStore ? 'SessionStoreSecret' : undefined,
      FunctionArn: 'PersistentChatFunction.Arn',
      FlowModuleArn: CreateFlowModule === 'Yes' ? 'PersistentChatFlowModule' : undefined,
      LogGroupName: 'PersistentChatLogGroup',
      DashboardName: 'PersistentChatDashboard',
    },
  };
}

test.each([
  { parameter: 'SessionStore', value: 'ON' },
  { parameter: 'SessionStore', value: 'OFF' },
  { parameter: 'CreateFlowModule', value: 'No' },
  { parameter: 'SourceContactCheck', value: 'OFF' },
  { parameter: 'SourceContactCheck', value: 'CONTACT' },
  { parameter: 'SourceContactCheck', value: 'OWNER_REQUIRED' },
  { parameter: 'AlarmTopicArn', value: '' },
  { parameter: 'ReservedConcurrency', value: 0 },
  { parameter: 'PermissionsBoundaryArn', value: '' },
  { parameter: 'ConnectEndpointUrl', value: '' },
])('a stack with $parameter="$value" has just these resources, properties and outputs', ({ parameter, value }) => {
  const given = { ...NAMES, [parameter]: value };
  const made = Object.entries(deployed('Resources', given)).map(
    ([name, { Type: _, Condition: __, Properties, ...attributes }]) => [name, { ...attributes, ...Properties }],
  );
  const outputs = Object.entries(deployed('Outputs', given)).map(([name, { Value }]) => [name, Value]);
  expect({ ...Object.fromEntries(made), Outputs: Object.fromEntries(outputs) }).toEqual(wiring(given));
});
