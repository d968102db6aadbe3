// The block in a CDK app: the two files of a release stand beside this one. See docs/install.md.
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';

const RELEASE = join(import.meta.dirname, 'persistent-chat-2.1.1');
const INSTANCE_ARN = 'arn:aws:connect:REGION:ACCOUNT:instance/ID';
const [, , , region, account] = INSTANCE_ARN.split(':');

const stack = new Stack(new App(), 'persistent-chat', { env: { region, account } });
const code = new Asset(stack, 'Code', { path: `${RELEASE}.zip` });
new CfnInclude(stack, 'PersistentChat', {
  templateFile: `${RELEASE}.yaml`,
  parameters: {
    InstanceArn: INSTANCE_ARN,
    CodeBucket: code.s3BucketName,
    CodeKey: code.s3ObjectKey,
    // Settings: SourceContactCheck: 'OWNER_REQUIRED', …
  },
});
