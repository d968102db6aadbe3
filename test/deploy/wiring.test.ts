import { expect, test } from '@jest/globals';
import { VERSION } from '../../src/version.ts';
import { at, deployed, fieldsOf, type Parameters, template } from './template-reader.ts';

/** Each parameter's value is its own name, so that it shows where it goes; and everything optional is there. */
const NAMES: Parameters = {
  ...Object.fromEntries(Object.keys(fieldsOf(template['Parameters'])).map(name => [name, name])),
  'AWS::StackName': 'shop',
  CreateFlowModule: 'Yes',
  SessionStore: 'ON',
  SourceContactCheck: 'OWNER_IF_KNOWN',
};

/** Text for people, or with tests of its own. */
const TEXT = expect.stringMatching(/\S/);
const DELETED = { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' };
const allow = (Action: string | string[], Resource: string | string[]) => ({ Effect: 'Allow', Action, Resource });
const statements = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });
const policy = (PolicyName: string, ...all: object[]) => ({ PolicyName, PolicyDocument: statements(...all) });

/** What CloudFormation gets from SAM for these parameters: every resource's attributes and properties, and the outputs. */
function wiring({ SessionStore, SourceContactCheck, CreateFlowModule, ...given }: Parameters): object {
  const hasStore = SessionStore === 'ON';
  const checks = SourceContactCheck !== 'OFF';
  const topics = given['AlarmTopicArn'] ? ['AlarmTopicArn'] : undefined;
  const alarm = (name: string) => ({
    AlarmName: `shop-${name}`,
    AlarmDescription: TEXT,
    Metrics: expect.any(Array),
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    Threshold: 1,
    EvaluationPeriods: 1,
    TreatMissingData: 'notBreaching',
    AlarmActions: topics,
    OKActions: topics,
  });
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
    // The metrics' dimension: two stacks never share theirs.
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
      AssumeRolePolicyDocument: statements({
        Effect: 'Allow',
        Principal: { Service: 'lambda.amazonaws.com' },
        Action: 'sts:AssumeRole',
      }),
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
      SessionStoreAlarm: alarm('session-store'),
    }),
    ErrorBranchAlarm: alarm('error-branch'),
    FailedChatsAlarm: alarm('failed-chats'),
    RejectedByConnectAlarm: alarm('rejected-by-connect'),
    NotOwnedAlarm: alarm('not-owned'),
    // Only where some chats may be continued unverified, and others not.
    ...(SourceContactCheck === 'OWNER_IF_KNOWN' && { UnverifiedAlarm: alarm('unverified') }),
    LowSuccessRateAlarm: alarm('low-success-rate'),
    NoHistoryAlarm: alarm('no-history'),
    PastContactShareAlarm: {
      ...alarm('past-contact-share'),
      ComparisonOperator: 'LessThanLowerThreshold',
      Threshold: undefined,
      ThresholdMetricId: 'expected',
    },
    // One for each Region of an account.
    PersistentChatDashboard: { DashboardName: 'shop-eu-central-1', DashboardBody: TEXT },
    ContactHistoryQuery: {
      Name: 'shop/Contact history',
      LogGroupNames: ['PersistentChatLogGroup'],
      QueryString: TEXT,
    },
    FailedAndRejectedQuery: {
      Name: 'shop/Failed and rejected',
      LogGroupNames: ['PersistentChatLogGroup'],
      QueryString: TEXT,
    },
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
  const { Resources, Outputs } = deployed(given);
  const made = Object.entries(fieldsOf(Resources)).map(([name, resource]) => {
    const { Type: _, Properties, ...attributes } = fieldsOf(resource);
    return [name, { ...attributes, ...fieldsOf(Properties) }];
  });
  const outputs = Object.entries(fieldsOf(Outputs)).map(([name, output]) => [name, at(output, 'Value')]);
  expect({ ...Object.fromEntries(made), Outputs: Object.fromEntries(outputs) }).toEqual(wiring(given));
});
