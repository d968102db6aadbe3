/**
 * What the service knows of an action type. Sources: AWS's reference of the flow language; what two public projects found
 * by publishing to the live `CreateContactFlow` and `CreateContactFlowModule` in 2026 (mgaffigan/pulumi-amazon-connect, its
 * wire-format checks, and a generator of flows that tried 43 types one by one). Where they differ, the live service.
 */
export interface ActionType {
  /** The parameters that it takes, `?` for one that may be missing. Absent: not checked. */
  parameters?: string;
  /** The errors: `X` must be declared, `X?` may be, `!X` is refused. */
  errors: string;
  /** Whether it ends the flow or module: it leads nowhere. */
  ends?: true;
  /**
   * What a run does here: at what is `not run` it ends. Of what is `carried out`, all parameters and errors are named in
   * this table; that the service refuses all others is assumed where no record says so.
   */
  here: 'carried out' | 'passed over' | 'not run';
}

const carriedOut = (parameters: string, errors = ''): ActionType => ({ parameters, errors, here: 'carried out' });
const end = (parameters = ''): ActionType => ({ ...carriedOut(parameters), ends: true });
/** Types as `Type` or `Type:Error,Error`, with errors only where a record says that the service asks for them. */
const all = (here: ActionType['here'], types: string) =>
  types.split(/\s+/).map((each): [string, ActionType] => {
    const [type = '', errors = ''] = each.split(':');
    return [type, { errors: errors.replaceAll(',', ' '), here }];
  });

const ACTION_TYPES = new Map<string, ActionType>([
  ['CheckMetricData', carriedOut('MetricType QueueId? AgentId?', 'NoMatchingCondition NoMatchingError')],
  ['Compare', carriedOut('ComparisonValue', 'NoMatchingCondition')],
  [
    'ConnectParticipantWithLexBot', // One public project saw LexTimeoutSeconds refused, which the reference has.
    carriedOut(
      'Text? SSML? PromptId? Media? LexV2Bot? LexBot? LexSessionAttributes? LexInitializationData? LexTimeoutSeconds?',
      'NoMatchingCondition NoMatchingError InputTimeLimitExceeded?',
    ),
  ],
  ['DisconnectParticipant', end()],
  ['EndFlowExecution', end()],
  ['EndFlowModuleExecution', end('Result? ResultData?')],
  ['InvokeFlowModule', carriedOut('FlowModuleId Input?', 'NoMatchingCondition NoMatchingError')],
  [
    'InvokeLambdaFunction',
    carriedOut(
      'LambdaFunctionARN InvocationTimeLimitSeconds InvocationType? LambdaInvocationAttributes? ResponseValidation?',
      'NoMatchingError',
    ),
  ],
  ['MessageParticipant', carriedOut('Text? SSML? PromptId? Media? SkipWhenDTMFBufferEnabled?', 'NoMatchingError?')],
  ['TransferContactToAgent', { errors: '', ends: true, here: 'not run' }],
  ['TransferContactToQueue', carriedOut('', 'NoMatchingError QueueAtCapacity')],
  ['UpdateContactAttributes', carriedOut('Attributes TargetContact?', 'NoMatchingError')],
  ['UpdateContactTargetQueue', carriedOut('QueueId? AgentId?', 'NoMatchingError')],
  [
    'Wait', // Not the reference's TimeoutSeconds, which is refused.
    carriedOut(
      'TimeLimitSeconds Events? MinimumWaitTimeSeconds? ContinueExecution?',
      'NoMatchingError ParticipantNotFound?',
    ),
  ],
  ...all(
    'passed over',
    `AssociateContactToCustomerProfile CreateCase CreateTask CreateWisdomSession:NoMatchingError ResumeContact
    StartVoiceIdStream TagContact UntagContact UpdateCase
    UpdateContactCallbackNumber:InvalidCallbackNumber,CallbackNumberNotDialable,!NoMatchingError
    UpdateContactEventHooks UpdateContactMediaProcessing UpdateContactMediaStreamingBehavior
    UpdateContactRecordingAndAnalyticsBehavior:NoMatchingError,ChannelMismatch UpdateContactRecordingBehavior
    UpdateContactRoutingBehavior UpdateContactRoutingCriteria:NoMatchingError UpdateContactTextToSpeechVoice
    UpdateFlowAttributes:NoMatchingError UpdateFlowLoggingBehavior UpdatePreviousContactParticipantState`,
  ),
  ...all(
    'not run',
    `AuthenticateParticipant:NoMatchingError,TimeLimitExceeded
    CheckHoursOfOperation:NoMatchingError,!NoMatchingCondition CheckOutboundCallStatus:NoMatchingError CheckVoiceId
    CompleteOutboundCall CreateCallbackContact CreateContact CreateCustomerProfile CreatePersistentContactAssociation:NoMatchingError
    DequeueContactAndTransferToQueue:NoMatchingError,QueueAtCapacity DistributeByPercentage:NoMatchingCondition
    EvaluateDataTableValues:NoMatchingError GetCalculatedAttributesForCustomerProfile GetCase GetCustomerProfile
    GetCustomerProfileObject:NoMatchingError,NoneFoundError GetMetricData GetParticipantInput ListDataTableValues
    LoadContactContent:NoMatchingError Loop MessageParticipantIteratively RenderMessageTemplate
    ShowView:NoMatchingError,NoMatchingCondition,TimeLimitExceeded StartOutboundChatContact StartOutboundEmailContact
    TransferParticipantToThirdParty TransferToFlow UpdateContactData:NoMatchingError UpdateCustomerProfile
    UpsertDataTableValues`,
  ),
]);

/** What the service knows of a type by this name; `undefined` for a name that is none. */
export const typeOf = ({ Type }: { Type: string }): ActionType | undefined => ACTION_TYPES.get(Type);
