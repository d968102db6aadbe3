/**
 * What the service knows of an action type. A row names its records:
 *
 * - R: AWS's reference of the flow language, and the block's page of the admin guide.
 * - P: mgaffigan/pulumi-amazon-connect, docs/wire-format-checks.md and src/flow/actions: what the live `CreateContactFlow`
 *   and `CreateContactFlowModule` refused (2026).
 * - F: flow-as-code/flow-as-code, conformance/flow-language/actions.md with the number of its rule, and tasks/: probes of
 *   September and October 2026.
 * - A: aws-samples/sample-aicc-builder-for-amazon-connect-ai-agent, knowledge-base-docs/contact-flow and asset_linters.py:
 *   some 700 calls of June and July 2026.
 *
 * A probe outweighs R. Where two probes differ, what either saw accepted is accepted.
 */
export interface ActionType {
  /**
   * The parameters, each `Name`, `Name?` (may be missing) or `!Name` (refused), with its kind after a colon; `*` where the
   * records do not name all. Absent: not checked.
   */
  parameters?: string;
  /** The errors: `X` must be declared, `X?` may be, `!X` is refused. Others are refused where the parameters are known. */
  errors: string;
  /** The operands for which there must be a condition. */
  needs?: string;
  /** The conditions that it takes, as `Operator Operand`. Absent: none where the parameters are known, else any. */
  takes?: RegExp;
  /** Of each of these lists, exactly one parameter must be there. */
  one?: string[];
  /** Of this list, at most one parameter may be there. */
  notBoth?: string;
  /** Whether it ends the flow or module: it leads nowhere. */
  ends?: true;
  /** Whether `NextAction` may be missing. */
  stays?: true;
  /** What a run does here: at what is `not run` it ends. */
  here: 'carried out' | 'passed over' | 'not run';
}

/**
 * The kinds of a parameter: `number` is one, as a number or a text, or a reference; `texts` and `numbers` are anything that
 * holds only these; `any` is not looked into; `A|B` are the only values. Without a kind it is a text.
 */
export interface Parameter {
  name: string;
  kind: string;
  presence: 'required' | 'optional' | 'refused';
}

type Given = Readonly<Record<string, unknown>>;
type Row = Omit<ActionType, 'here' | 'errors'> & { errors?: string };

const FAILS = 'NoMatchingError';
const ANY = /^/;
const EQUALS = /^Equals /;
const MESSAGE = 'Text SSML PromptId Media';
const MESSAGES = 'Text? SSML? PromptId? Media?:texts';
const QUEUE = 'QueueId? AgentId?';
const QUEUED = { parameters: QUEUE, notBoth: 'QueueId AgentId' };
const INPUT = `${MESSAGES} InputTimeLimitSeconds:number DTMFConfiguration?:numbers`;

const CARRIED_OUT: Record<string, Row | ((given: Given) => Row)> = {
  CheckMetricData: ({ MetricType }) => ({
    parameters: `MetricType ${QUEUE}`,
    notBoth: QUEUED.notBoth,
    errors: `NoMatchingCondition ${FAILS}`, // P, F 37: whatever the metric.
    takes: /Agents/.test(String(MetricType)) ? /^NumberGreaterThan 0$/ : /^(Equals|Number\w+) /, // P, F 25
  }),
  Compare: { parameters: 'ComparisonValue', errors: 'NoMatchingCondition', takes: ANY }, // P, F 38, A
  DisconnectParticipant: { parameters: '', ends: true }, // F 7, F 38
  EndFlowExecution: { parameters: '', ends: true }, // F 7, F 38
  EndFlowModuleExecution: { parameters: 'Result? ResultData?:any', ends: true }, // P
  // NoMatchingCondition: P has it always, F 38 saw the action accepted with NoMatchingError alone.
  InvokeFlowModule: { parameters: 'FlowModuleId Input?:any', errors: `NoMatchingCondition? ${FAILS}`, takes: EQUALS },
  InvokeLambdaFunction: {
    parameters:
      'LambdaFunctionARN InvocationTimeLimitSeconds:any InvocationType?:SYNCHRONOUS|ASYNCHRONOUS LambdaInvocationAttributes?:texts ResponseValidation?:texts',
    errors: FAILS, // F 37
  },
  // A: exactly one; F 37: without an error, too. SkipWhenDTMFBufferEnabled: P.
  MessageParticipant: {
    parameters: `${MESSAGES} SkipWhenDTMFBufferEnabled?`,
    errors: `${FAILS}?`,
    one: [MESSAGE],
  },
  TransferContactToQueue: { parameters: '', errors: `${FAILS} QueueAtCapacity` }, // F 37, A
  UpdateContactAttributes: { parameters: 'Attributes:texts TargetContact?:Current|Related', errors: FAILS }, // F 9, F 37, A
  UpdateContactTargetQueue: { ...QUEUED, errors: FAILS }, // F 3, F 37
  Wait: ({ Events, ContinueExecution }) => ({
    // Not the reference's TimeoutSeconds, which is refused: P, F 22.
    parameters: 'TimeLimitSeconds:number Events?:texts MinimumWaitTimeSeconds?:number ContinueExecution?',
    errors: `${FAILS} ParticipantNotFound?`,
    needs: ['WaitCompleted', ...(ContinueExecution ? ['Continue'] : []), Events ?? []].flat().join(' '),
    takes: EQUALS,
  }),
};

const PASSED_OVER: Record<string, Row | ((given: Given) => Row)> = {
  AssociateContactToCustomerProfile: {},
  CreateCase: {},
  CreateTask: {},
  CreateWisdomSession: { errors: FAILS }, // A
  ResumeContact: {},
  StartVoiceIdStream: { parameters: '', errors: FAILS }, // F, tasks/D08
  TagContact: { parameters: 'Tags:texts', errors: FAILS }, // F 27
  UntagContact: { parameters: 'TagKeys:texts', errors: FAILS }, // F 28
  UpdateCase: {},
  UpdateContactCallbackNumber: {
    parameters: 'CallbackNumber',
    errors: `InvalidCallbackNumber CallbackNumberNotDialable !${FAILS}`, // A, F 20
  },
  UpdateContactData: {
    parameters:
      'Name? Description? LanguageCode? CustomerId? IsVoiceIdStreamingEnabled? IsVoiceAuthenticationEnabled? IsFraudDetectionEnabled? VoiceAuthenticationThreshold?:number VoiceAuthenticationResponseTime?:number FraudDetectionThreshold?:number WatchlistId? WisdomSessionArn? TargetContact?:Current|Related !References !Reference !SegmentAttribute *', // P, F 30
    errors: FAILS, // F 37, A
  },
  UpdateContactEventHooks: { parameters: 'EventHooks:texts', errors: FAILS }, // F 31: not EventHooksConfiguration.
  UpdateContactMediaProcessing: {},
  UpdateContactMediaStreamingBehavior: {},
  UpdateContactRecordingAndAnalyticsBehavior: ({ ChatBehavior }) => ({
    parameters: 'ChatBehavior?:any VoiceBehavior?:any ScreenRecordingBehavior?:any',
    one: ['ChatBehavior VoiceBehavior ScreenRecordingBehavior'], // F 35
    errors: `${FAILS} ChannelMismatch ${ChatBehavior ? 'InFlightRedactionConfigurationFailed' : ''}`, // P, F 35, A
  }),
  UpdateContactRecordingBehavior: { parameters: 'RecordingBehavior:texts AnalyticsBehavior?:any' }, // F 37: no error; A
  // F 18; the errors: A.
  UpdateContactRoutingBehavior: ({ RoutingProficiencies }) => ({
    parameters: 'QueuePriority?:number QueueTimeAdjustmentSeconds?:number RoutingProficiencies?:any',
    notBoth: 'QueuePriority QueueTimeAdjustmentSeconds',
    errors: RoutingProficiencies ? FAILS : '',
  }),
  UpdateContactRoutingCriteria: { errors: FAILS }, // P, A. ProficiencyLevel is a number: P.
  UpdateContactTextToSpeechVoice: {
    parameters: 'TextToSpeechVoice TextToSpeechEngine? TextToSpeechStyle?', // A, P
    errors: `${FAILS}?`, // F 29
  },
  UpdateFlowAttributes: { parameters: 'FlowAttributes:texts', errors: FAILS }, // P, F 24
  UpdateFlowLoggingBehavior: { parameters: 'FlowLoggingBehavior:Enabled|Disabled' }, // F 36: no error.
  UpdatePreviousContactParticipantState: { parameters: 'PreviousContactParticipantState', errors: FAILS }, // P
};

const NOT_RUN: Record<string, Row | ((given: Given) => Row)> = {
  AuthenticateParticipant: { errors: `${FAILS} TimeLimitExceeded` }, // A
  // F 2, A: exactly these two conditions.
  CheckHoursOfOperation: {
    parameters: 'HoursOfOperationId?',
    errors: `${FAILS} !NoMatchingCondition`,
    needs: 'True False',
    takes: /^Equals (True|False)$/,
  },
  CheckOutboundCallStatus: { errors: FAILS }, // A
  CheckSegmentMembership: {}, // R
  CheckVoiceId: { errors: `${FAILS} !NoMatchingCondition` }, // F, tasks/D08
  CompleteOutboundCall: {},
  ConnectParticipantWithAgenticCX: {}, // R
  // A: one message and one bot. InputTimeLimitExceeded: R.
  ConnectParticipantWithLexBot: {
    parameters: `${MESSAGES} LexInitializationData?:texts LexBot?:texts LexV2Bot?:texts LexSessionAttributes?:texts LexTimeoutSeconds?:numbers !BotAliasArn !ParticipantRole !SessionAttributes *`,
    errors: `${FAILS} NoMatchingCondition InputTimeLimitExceeded?`,
    one: [`${MESSAGE} LexInitializationData`, 'LexBot LexV2Bot'],
    takes: EQUALS,
  },
  CreateCallbackContact: {
    parameters: `${QUEUE} InitialCallDelaySeconds?:number MaximumConnectionAttempts:number RetryDelaySeconds:number ContactFlowId? CallerId?`,
    notBoth: QUEUED.notBoth,
    errors: FAILS, // F 19, F 37
  },
  CreateContact: {},
  CreateCustomerProfile: {},
  CreatePersistentContactAssociation: { errors: FAILS }, // A
  DequeueContactAndTransferToQueue: { ...QUEUED, errors: `${FAILS} QueueAtCapacity` }, // F 16, F 37, A
  DistributeByPercentage: { parameters: '', errors: 'NoMatchingCondition', takes: /^NumberLessThan / }, // F 23, A
  EvaluateDataTableValues: { errors: FAILS }, // A
  GetCalculatedAttributesForCustomerProfile: {},
  GetCase: {},
  GetCustomerProfile: { errors: `${FAILS} NoneFoundError MultipleFoundError` }, // A
  GetCustomerProfileObject: { errors: `${FAILS} NoneFoundError` }, // A
  GetMetricData: { parameters: `${QUEUE} QueueChannel? *`, notBoth: QUEUED.notBoth, errors: FAILS }, // F 26
  GetParticipantInput: inputRow,
  ListDataTableValues: {},
  LoadContactContent: { errors: FAILS }, // A
  // F 21. `*`: the designer also loops over a list, whose parameters no record names.
  Loop: {
    parameters: 'LoopCount:number *',
    errors: `${FAILS}?`,
    needs: 'ContinueLooping DoneLooping',
    takes: /^Equals (ContinueLooping|DoneLooping)$/,
  },
  MessageParticipantIteratively: {
    parameters: 'Messages:texts InterruptFrequencySeconds?:number ContinueMessagingDuringInterrupt?', // F 32, P
    errors: `${FAILS}?`,
    takes: /^Equals MessagesInterrupted$/,
    stays: true, // F 38
  },
  RenderMessageTemplate: { errors: `${FAILS} TemplateRenderingError` }, // A
  RouteContactToAgent: {}, // R
  ShowView: {
    parameters: 'ViewResource:texts InvocationTimeLimitSeconds:number ViewData?:any SensitiveDataConfiguration?:texts', // F 34
    errors: `${FAILS} NoMatchingCondition TimeLimitExceeded`, // F 34
    takes: EQUALS,
  },
  StartOutboundChatContact: {},
  StartOutboundEmailContact: {},
  TransferContactToAgent: { parameters: '', ends: true }, // F 17, F 38
  TransferParticipantToThirdParty: ({ ContinueFlowExecution }) => ({
    parameters:
      'ThirdPartyPhoneNumber ThirdPartyConnectionTimeLimitSeconds:number ContinueFlowExecution ThirdPartyDTMFDigits? CallerId?:texts !ThirdPartyCallerId *', // P
    // P: a call that is handed over leaves no branch to take.
    errors: `${FAILS} ${/^false$/i.test(String(ContinueFlowExecution)) ? '' : 'CallFailed? ConnectionTimeLimitExceeded?'}`,
  }),
  TransferToFlow: { parameters: 'ContactFlowId', errors: FAILS }, // F 37, F 38
  UpdateCustomerProfile: {},
  UpsertDataTableValues: {},
};

/** The forms of `GetParticipantInput`, which have parameters, errors and conditions of their own. */
function inputRow({ StoreInput, InputValidation, EnableDTMFBuffer, LexV2Bot, LexBot }: Given): Row {
  // R, "Set Touchtone Buffer Behavior"; a bot has an action type of its own, and no record says what this one takes.
  if (EnableDTMFBuffer !== undefined || LexV2Bot !== undefined || LexBot !== undefined) return { errors: FAILS };
  const isStored = /^true$/i.test(String(StoreInput));
  const phone = Object(InputValidation).PhoneNumberValidation === undefined ? '' : 'InvalidPhoneNumber?';
  // F, "StoreInput decides the shape", F 13, F 14; A.
  return {
    parameters: `${INPUT} StoreInput ${isStored ? 'InputValidation:numbers InputEncryption?:texts' : '!InputValidation'} *`,
    errors: isStored ? `${FAILS} ${phone}` : `${FAILS} NoMatchingCondition InputTimeLimitExceeded`,
    one: [MESSAGE], // A: in both forms.
    ...(isStored ? {} : { takes: /^Equals [0-9*#]$/ }), // F 12
  };
}

const ACTION_TYPES = new Map(
  Object.entries({ 'carried out': CARRIED_OUT, 'passed over': PASSED_OVER, 'not run': NOT_RUN }).flatMap(
    ([here, rows]) => Object.entries(rows).map(([type, row]) => [type, { here: here as ActionType['here'], row }]),
  ),
);

/** What the service knows of an action's type; `undefined` for a name that it does not know. */
export function typeOf({ Type, Parameters = {} }: { Type: string; Parameters?: Given }): ActionType | undefined {
  const found = ACTION_TYPES.get(Type);
  if (!found) return undefined;
  const { here, row } = found;
  return { errors: '', ...(typeof row === 'function' ? row(Parameters) : row), here };
}

/** The parameters of a type that are known. */
export function parametersOf({ parameters = '' }: ActionType): Parameter[] {
  return parameters.split(' ').flatMap(each => {
    const [, refused, name, optional, kind = 'text'] = /^(!?)(\w+)(\??)(?::(.+))?$/.exec(each) ?? [];
    const presence = refused ? 'refused' : optional ? 'optional' : 'required';
    return name ? { name, kind, presence } : [];
  });
}
