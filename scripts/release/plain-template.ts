/**
 * Derives the plain CloudFormation template of a release from template.yaml: what AWS SAM's own translator makes of it, with
 * the function's code in a bucket that the deployer names. It refuses what it does not know how to derive.
 */
import { type Document, type Node, parseDocument, visit, type YAMLMap } from 'yaml';
import { at, type Fields, fieldsOf, readTemplate } from '../../local/flow-runner/template.ts';

const SAM = 'AWS::Serverless-2016-10-31';
const known = (names: string) => new Set(names.split(' '));
const SECTIONS = known(
  'AWSTemplateFormatVersion Transform Description Metadata Parameters Rules Conditions Resources Outputs',
);
const ATTRIBUTES = known('Type Condition DependsOn DeletionPolicy UpdateReplacePolicy Properties');
const FUNCTION_ATTRIBUTES = known('Type Metadata Properties');
/** Properties that AWS::Lambda::Function has, too, in the same form. */
const SAME_PROPERTIES = known(
  'Description Handler Runtime Architectures MemorySize Timeout ReservedConcurrentExecutions Role LoggingConfig Environment',
);
const INTRINSICS = known('Fn::Equals Fn::GetAtt Fn::If Fn::Not Fn::Sub');

/**
 * @param text of template.yaml
 * @param zip the file name of the release's zip. The key of another release is refused: an update that forgets `CodeKey`
 *   would leave the old code with the new template.
 * @returns YAML without comments
 * @throws Error with the first thing that cannot be derived
 */
export function plainTemplate(text: string, zip: string): string {
  const template = readTemplate(text, 'template.yaml');
  refuseUnknown(template);
  const document = parseDocument(text, { version: '1.1' });
  document.commentBefore = document.comment = null;
  visit(document, {
    Node: (_, node) => void Object.assign(node, { comment: null, commentBefore: null, spaceBefore: false }),
  });
  document.delete('Transform');
  for (const [name, resource] of Object.entries(fieldsOf(template['Resources']))) {
    if (at(resource, 'Type') === 'AWS::Serverless::Function') toLambdaFunction(document, name);
  }
  addCodeParameters(document, zip);
  // A template may have 51,200 bytes where it is not in a bucket: an indent of one leaves room.
  return document.toString({ lineWidth: 0, indent: 1 });
}

function refuseUnknown(template: Fields): void {
  if (template['Transform'] !== SAM) throw new Error(`The only Transform that can be derived is ${SAM}.`);
  refuseOthers(template, SECTIONS, 'the template');
  for (const [name, resource] of Object.entries(fieldsOf(template['Resources']))) {
    const type = String(at(resource, 'Type'));
    if (type === 'AWS::Serverless::Function') refuseUnknownFunction(fieldsOf(resource), name);
    else if (/^AWS::(?!Serverless::)/.test(type)) refuseOthers(fieldsOf(resource), ATTRIBUTES, name);
    else throw new Error(`${name}: a resource of type ${type} cannot be derived.`);
  }
  const text = JSON.stringify(template);
  const found = (pattern: RegExp) => Array.from(text.matchAll(pattern), ([, name = '']) => name);
  const intrinsic = found(/"(Fn::\w+)":/g).find(name => !INTRINSICS.has(name));
  if (intrinsic) throw new Error(`${intrinsic} cannot be derived.`);
  // SAM knows more: the resources that it makes itself, and names such as Function.Version. Here, a name is a key: of a
  // parameter, a resource or a variable of Fn::Sub.
  const keys = new Set(found(/"(\w+)":/g));
  const names = [...found(/"(?:Ref|Fn::GetAtt)":\[?"([^"]+)"/g), ...found(/\$\{([^!.}][^.}]*)/g)];
  const unknown = names.find(name => !keys.has(name) && !name.startsWith('AWS::'));
  if (unknown) throw new Error(`${unknown} is referred to, but not in the template.`);
}

function refuseUnknownFunction(resource: Fields, name: string): void {
  refuseOthers(resource, FUNCTION_ATTRIBUTES, name);
  const { CodeUri, Tracing, ...same } = fieldsOf(resource['Properties']);
  refuseOthers(same, SAME_PROPERTIES, `${name}.Properties`);
  if (CodeUri !== '.' || Tracing !== 'Active') throw new Error(`${name}: CodeUri is not "." or Tracing not Active.`);
  if (same['Role'] === undefined) throw new Error(`${name}: without a Role, SAM would make one.`);
}

function refuseOthers(fields: Fields, expected: Set<string>, where: string): void {
  const other = Object.keys(fields).find(key => !expected.has(key));
  if (other !== undefined) throw new Error(`${where}: ${other} cannot be derived.`);
}

/** As SAM's translator does, its tag included: a stack that SAM deployed stays as it is. */
function toLambdaFunction(document: Document, name: string): void {
  const node = (value: unknown) => document.createNode(value) as Node;
  const path = ['Resources', name];
  document.setIn([...path, 'Type'], 'AWS::Lambda::Function');
  document.deleteIn([...path, 'Metadata']);
  const properties = document.getIn([...path, 'Properties']) as YAMLMap;
  properties.delete('CodeUri');
  properties.delete('Tracing');
  properties.set('Code', node({ S3Bucket: { Ref: 'CodeBucket' }, S3Key: { Ref: 'CodeKey' } }));
  properties.set('TracingConfig', node({ Mode: 'Active' }));
  properties.set('Tags', node([{ Key: 'lambda:createdBy', Value: 'SAM' }]));
}

function addCodeParameters(document: Document, zip: string): void {
  const parameters = document.get('Parameters') as YAMLMap;
  const console = ['Metadata', 'AWS::CloudFormation::Interface'];
  const groups = document.getIn([...console, 'ParameterGroups']) as { add(group: unknown): void };
  const added = {
    CodeBucket: {
      label: "Bucket with the function's code",
      Description: `The S3 bucket, in the Region of this stack, to which you uploaded ${zip}.`,
      AllowedPattern: '^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$',
      ConstraintDescription: "must be a bucket's name.",
    },
    CodeKey: {
      label: "Key of the function's code",
      Description: `The key of ${zip} in this bucket.`,
      AllowedPattern: `^(.+/)?${zip.replaceAll('.', '\\.')}$`,
      ConstraintDescription: `must be the key of ${zip}, because code and template belong together.`,
    },
  };
  for (const [name, { label, ...parameter }] of Object.entries(added)) {
    if (parameters.has(name)) throw new Error(`The parameter ${name} is one of the release.`);
    parameters.set(name, document.createNode({ Type: 'String', ...parameter }));
    document.setIn([...console, 'ParameterLabels', name], document.createNode({ default: label }, { flow: true }));
  }
  groups.add(document.createNode({ Label: { default: 'Code' }, Parameters: Object.keys(added) }));
}
