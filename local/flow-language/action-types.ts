/**
 * What the service knows of an action type. A row names its records:
 *
 * - R: AWS's reference of the flow language, and the block's page of the admin guide.
 * - P: mgaffigan/pulumi-amazon-connect, its wire-format-checks.md and src/flow/actions: what the live `CreateContactFlow`
 *   and `CreateContactFlowModule` refused (2026).
 * - F: flow-as-code/flow-as-code, conformance/flow-language/actions.md with the number of its rule, and tasks/: probes of
 *   September and October 2026.
 * - A: aws-samples/sample-aicc-builder-for-amazon-connect-ai-agent, knowledge-base-docs/contact-flow and asset_linters.py:
 *   some 700 calls of June and July 2026.
 *
 * A probe outweighs R. Where two probes differ, what either saw accepted is accepted.
 */
interface ActionType {
  /**
   * The parameters, each `Name`, `Name?` (may be missing) or `!Name` (refused), with its kind after a colon, by default a
   * text; `*` where the records do not name all. Absent: not checked.
   */
  parameters?: string;
  /** The errors: `X` must be declared, `X?` may be, `!X` is refused. Others are refused where the parameters are known. */
  errors: string;
  /** The operands for which there must be a condition. */
  needs?: string;
  /** The conditions that it takes, as `Operator Operand`. Absent: none where the parameters are known, else any. */
  takes?: RegExp;
  /** Exactly one parameter of each of these lists must be there. */
  exactlyOne?: string[];
  /** At most one parameter of each of these lists may be there. */
  atMostOne?: string[];
  /** Whether it ends the flow or module: it leads nowhere. */
  ends?: true;
  /** Whether `NextAction` may be missing. */
  mayStay?: true;
  /** What a run does here: it ends at an action that is `not run`. */
  here: 'carried out' | 'passed over' | 'not run';
}

type Given = Readonly<Record<string, unknown>>;
type Row = Omit<ActionType, 'here'>;
type Rows = Record<string, Row | ((given: Given) => Row)>;

const row = (parameters: string, errors = '', more: Partial<Row> = {}): Row => ({ parameters, errors, ...more });
/** Types with parameters that are not checked, by their errors. */
const unchecked = (byErrors: Record<string, string>): Rows =>
  Object.fromEntries(
    Object.entries(byErrors).flatMap(([errors, types]) => types.split(/\s+/).map(type => [type, { errors }])),
  );

const FAILS = 'NoMatchingError';
const EQUALS = /^Equals /;
const MESSAGE = 'Text SSML PromptId Media';
const MESSAGES = 'Text? SSML? PromptId? Media?:texts';
const QUEUE = 'QueueId? AgentId?';
const QUEUED = { atMostOne: ['QueueId AgentId'] };
const END = row('', '', { ends: true });

const CARRIED_OUT: Rows = {
  // P, F 37: both errors whatever the metric. P, F 25: the operators.
  CheckMetricData: ({ MetricType }) =>
    row(`MetricType ${QUEUE}`, `NoMatchingCondition ${FAILS}`, {
      ...QUEUED,
      takes: /^NumberOfAgents/.test(String(MetricType)) ? /^NumberGreaterThan 0$/ : /^(Equals|Number\w+) /,
    }),
  Compare: row('ComparisonValue', 'NoMatchingCondition', { takes: /^/ }), // P, F 38, A
  // A: one message and one bot. R: InputTimeLimitExceeded; and LexTimeoutSeconds, which one public project saw refused.
  ConnectParticipantWithLexBot: row(
    `${MESSAGES} LexInitializationData?:texts LexBot?:texts LexV2Bot?:texts LexSessionAttributes?:texts
    LexTimeoutSeconds?:numbers !BotAliasArn !ParticipantRole !SessionAttributes *`,
    `${FAILS} NoMatchingCondition InputTimeLimitExceeded?`,
    { exactlyOne: [`${MESSAGE} LexInitializationData`, 'LexBot LexV2Bot'], takes: EQUALS },
  ),
  DisconnectParticipant: END, // F 7, F 38
  DistributeByPercentage: row('', 'NoMatchingCondition', { takes: /^NumberLessThan / }), // F 23, A
  EndFlowExecution: END, // F 7, F 38
  EndFlowModuleExecution: row('Result? ResultData?:any', '', { ends: true }), // P
  // P always has NoMatchingCondition; F 38 saw the action accepted with NoMatchingError alone.
  InvokeFlowModule: row('FlowModuleId Input?:any', `NoMatchingCondition? ${FAILS}`, { takes: EQUALS }),
  InvokeLambdaFunction: row(
    `LambdaFunctionARN InvocationTimeLimitSeconds:any InvocationType?:SYNCHRONOUS|ASYNCHRONOUS
    LambdaInvocationAttributes?:texts ResponseValidation?:texts`,
    FAILS, // F 37
  ),
  // A: exactly one message. F 37: without an error, too. P: SkipWhenDTMFBufferEnabled.
  MessageParticipant: row(`${MESSAGES} SkipWhenDTMFBufferEnabled?`, `${FAILS}?`, { exactlyOne: [MESSAGE] }),
  TransferContactToQueue: row('', `${FAILS} QueueAtCapacity`), // F 37, A
  UpdateContactAttributes: row('Attributes:texts TargetContact?:Current|Related', FAILS), // F 9, F 37, A
  UpdateContactTargetQueue: row(QUEUE, FAILS, QUEUED), // F 3, F 37
  // P, F 22: not the reference's TimeoutSeconds, which is refused. P: ContinueExecution.
  Wait: ({ Events, ContinueExecution }) =>
    row(
      'TimeLimitSeconds:number Events?:texts MinimumWaitTimeSeconds?:number ContinueExecution?',
      `${FAILS} ParticipantNotFound?`,
      { needs: ['WaitCompleted', ContinueExecution ? 'Continue' : '', Events ?? ''].flat().join(' '), takes: EQUALS },
    ),
};

const PASSED_OVER: Rows = {
  // CreateWisdomSession and UpdateContactRoutingCriteria: A. Of the latter, ProficiencyLevel is a number: P.
  ...unchecked({
    '': 'AssociateContactToCustomerProfile CreateCase CreateTask ResumeContact UpdateCase UpdateContactMediaProcessing',
    [FAILS]: 'CreateWisdomSession UpdateContactRoutingCriteria',
  }),
  StartVoiceIdStream: row('', FAILS), // F, tasks/D08
  TagContact: row('Tags:texts', FAILS), // F 27
  UntagContact: row('TagKeys:texts', FAILS), // F 28
  UpdateContactCallbackNumber: row('CallbackNumber', 'InvalidCallbackNumber CallbackNumberNotDialable'), // A, F 20
  UpdateContactData: row(
    `Name? Description? LanguageCode? CustomerId? IsVoiceIdStreamingEnabled? IsVoiceAuthenticationEnabled?
    IsFraudDetectionEnabled? VoiceAuthenticationThreshold?:number VoiceAuthenticationResponseTime?:number
    FraudDetectionThreshold?:number WatchlistId? WisdomSessionArn? TargetContact?:Current|Related
    !References !Reference !SegmentAttribute *`, // P, F 30
    FAILS, // F 37, A
  ),
  // F 31. `*`: it saw EventHooksConfiguration refused, which aws-samples/sample-cdk-constructs-for-amazon-connect deploys.
  UpdateContactEventHooks: row('EventHooks:texts *', FAILS),
  UpdateContactMediaStreamingBehavior: row(
    'MediaStreamingState:Enabled|Disabled Participants?:texts MediaStreamType?',
    `${FAILS}?`,
  ), // R, P. Public exports have all three parameters and the error.
  // F 35, A: one behavior. P, F 35, A: the errors.
  UpdateContactRecordingAndAnalyticsBehavior: ({ ChatBehavior }) =>
    row(
      'ChatBehavior?:any VoiceBehavior?:any ScreenRecordingBehavior?:any',
      `${FAILS} ChannelMismatch ${ChatBehavior ? 'InFlightRedactionConfigurationFailed' : ''}`,
      { exactlyOne: ['ChatBehavior VoiceBehavior ScreenRecordingBehavior'] },
    ),
  UpdateContactRecordingBehavior: row('RecordingBehavior:texts AnalyticsBehavior?:any'), // A; F 37: no error.
  // F 18; A: the errors.
  UpdateContactRoutingBehavior: ({ RoutingProficiencies }) =>
    row(
      'QueuePriority?:number QueueTimeAdjustmentSeconds?:number RoutingProficiencies?:any',
      RoutingProficiencies ? FAILS : '',
      { atMostOne: ['QueuePriority QueueTimeAdjustmentSeconds'] },
    ),
  UpdateContactTextToSpeechVoice: row('TextToSpeechVoice TextToSpeechEngine? TextToSpeechStyle?', `${FAILS}?`), // A; F 29
  UpdateFlowAttributes: row('FlowAttributes:texts', FAILS), // P, F 24
  UpdateFlowLoggingBehavior: row('FlowLoggingBehavior:Enabled|Disabled'), // F 36: no error.
  UpdatePreviousContactParticipantState: row('PreviousContactParticipantState', FAILS), // P
};

const NOT_RUN: Rows = {
  // Errors: A, and for CheckVoiceId F, tasks/D08. Without errors: R.
  ...unchecked({
    '': `CheckSegmentMembership CompleteOutboundCall ConnectParticipantWithAgenticCX CreateContact CreateCustomerProfile
      GetCalculatedAttributesForCustomerProfile GetCase ListDataTableValues RouteContactToAgent StartOutboundChatContact
      StartOutboundEmailContact UpdateCustomerProfile UpsertDataTableValues`,
    [FAILS]: 'CheckOutboundCallStatus CreatePersistentContactAssociation EvaluateDataTableValues LoadContactContent',
    [`${FAILS} !NoMatchingCondition`]: 'CheckVoiceId',
    [`${FAILS} TimeLimitExceeded`]: 'AuthenticateParticipant',
    [`${FAILS} NoneFoundError MultipleFoundError`]: 'GetCustomerProfile',
    [`${FAILS} NoneFoundError`]: 'GetCustomerProfileObject',
    [`${FAILS} TemplateRenderingError`]: 'RenderMessageTemplate',
  }),
  // F 2, A: exactly these two conditions.
  CheckHoursOfOperation: row('HoursOfOperationId?', FAILS, { needs: 'True False', takes: /^Equals (True|False)$/ }),
  CreateCallbackContact: row(
    `${QUEUE} InitialCallDelaySeconds?:number MaximumConnectionAttempts:number RetryDelaySeconds:number
    ContactFlowId? CallerId?`,
    FAILS,
    QUEUED,
  ), // F 19, F 37
  DequeueContactAndTransferToQueue: row(QUEUE, `${FAILS} QueueAtCapacity`, QUEUED), // F 16, F 37, A
  GetMetricData: row(`${QUEUE} QueueChannel? *`, FAILS, QUEUED), // F 26
  GetParticipantInput: inputRow,
  Loop: row('LoopCount:number *', `${FAILS}?`, {
    needs: 'ContinueLooping DoneLooping',
    takes: /^Equals (ContinueLooping|DoneLooping)$/,
  }), // F 21. `*`: the designer also loops over a list, whose parameters no record names.
  MessageParticipantIteratively: row(
    'Messages:texts InterruptFrequencySeconds?:number ContinueMessagingDuringInterrupt?',
    `${FAILS}?`,
    { takes: /^Equals MessagesInterrupted$/, mayStay: true },
  ), // F 32, P; F 38: NextAction may be missing.
  ShowView: row(
    'ViewResource:texts InvocationTimeLimitSeconds:number ViewData?:any SensitiveDataConfiguration?:texts',
    `${FAILS} NoMatchingCondition TimeLimitExceeded`,
    { takes: EQUALS },
  ), // F 34
  TransferContactToAgent: END, // F 17, F 38
  // P: a call that is handed over leaves no branch to take.
  TransferParticipantToThirdParty: ({ ContinueFlowExecution }) =>
    row(
      `ThirdPartyPhoneNumber ThirdPartyConnectionTimeLimitSeconds:number ContinueFlowExecution ThirdPartyDTMFDigits?
      CallerId?:texts !ThirdPartyCallerId *`,
      /^false$/i.test(String(ContinueFlowExecution)) ? FAILS : `${FAILS} CallFailed? ConnectionTimeLimitExceeded?`,
    ),
  TransferToFlow: row('ContactFlowId', FAILS), // F 37, F 38
};

/** The forms of `GetParticipantInput`, which have parameters, errors and conditions of their own. */
function inputRow({ StoreInput, InputValidation, EnableDTMFBuffer, LexV2Bot, LexBot }: Given): Row {
  // R, "Set Touchtone Buffer Behavior"; a bot has an action type of its own, and no record says what this one takes.
  if (EnableDTMFBuffer !== undefined || LexV2Bot !== undefined || LexBot !== undefined) return { errors: FAILS };
  const parameters = `${MESSAGES} StoreInput InputTimeLimitSeconds:number DTMFConfiguration?:numbers *`;
  const exactlyOne = [MESSAGE]; // A
  // F, "StoreInput decides the shape", F 12 to 14; A.
  if (!/^true$/i.test(String(StoreInput))) {
    const errors = `${FAILS} NoMatchingCondition InputTimeLimitExceeded`;
    return row(`!InputValidation ${parameters}`, errors, { exactlyOne, takes: /^Equals [0-9*#]$/ });
  }
  const phone = Object(InputValidation).PhoneNumberValidation === undefined ? '' : 'InvalidPhoneNumber?';
  return row(`InputValidation:numbers InputEncryption?:texts ${parameters}`, `${FAILS} ${phone}`, { exactlyOne });
}

const ACTION_TYPES = { 'carried out': CARRIED_OUT, 'passed over': PASSED_OVER, 'not run': NOT_RUN };

/** What the service knows of an action's type; `undefined` for a name that it does not know. */
export function typeOf({ Type, Parameters = {} }: { Type: string; Parameters?: Given }): ActionType | undefined {
  const [here, rows] = Object.entries(ACTION_TYPES).find(([, rows]) => Object.hasOwn(rows, Type)) ?? [];
  const found = rows?.[Type];
  return found && { ...(typeof found === 'function' ? found(Parameters) : found), here: here as ActionType['here'] };
}

/**
 * The parameters of a type that are known. Their kinds: `number` is one, as a number or a text, or a reference; `texts` and
 * `numbers` are anything that holds only these; `any` is not checked; `A|B` are the only values.
 */
export function parametersOf({ parameters = '' }: ActionType) {
  const parsed = parameters.matchAll(/(!?)(\w+)(\??)(?::(\S+))?/g);
  return Array.from(parsed, ([, refused, name = '', optional, kind = 'text']) => {
    return { name, kind, isRefused: refused !== '', isRequired: !refused && !optional };
  });
}
