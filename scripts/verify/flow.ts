const RESULTS = ['Continued', 'Found', 'TryAgain', 'NoHistory'];

/**
 * The content of the flow that `npm run verify` creates. It invokes the module as README's flow does, waits if the past
 * chat has just ended, invokes the module once more if it was continued, and keeps the results in contact attributes
 * that start with `verify`. The chat's attributes `verifySource` and `verifyMode` are the module's inputs; a chat without
 * them gives none. A past chat that was found is then continued.
 *
 * @param otherType a rehydration type other than the stack's, so that the second call's request differs from the first's
 * @param readsInput whether it also keeps an input of a module that was not given. Assumed: a flow may name it
 */
export function verifyFlow(FlowModuleId: string, otherType: string, readsInput: boolean): string {
  const Input = { sourceContactId: '$.Attributes.verifySource' };
  const verifySeconds = '$.Modules.ResultData.retryAfterSeconds';
  const [verifyStatus, verifyFrom] = ['$.Attributes.chatHistoryStatus', '$.Attributes.chatHistoryContinuedFrom'];
  const Actions = [
    ...(readsInput ? [save('Read input', { verifyInput: '$.Modules.Input.rehydrationType' }, 'Continue')] : []),
    invoke('Continue', { FlowModuleId, Input: { ...Input, mode: '$.Attributes.verifyMode' } }, ''),
    save('Save Found', { verifyFound: '$.Attributes.chatHistoryStatus' }, 'Continue found'),
    invoke('Continue found', { FlowModuleId, Input }, ''),
    save('Save TryAgain', { verifyReason: '$.Attributes.chatHistoryReason', verifySeconds }, 'Wait for the transcript'),
    wait('Wait for the transcript', verifySeconds, 'Continue'),
    save('Save Continued', { verifyBranch: 'Continued', verifyStatus, verifyFrom }, 'Continue again'),
    ...['NoHistory', 'Error'].map(branch => save(`Save ${branch}`, { verifyBranch: branch }, 'Wait')),
    invoke('Continue again', { FlowModuleId, Input: { ...Input, rehydrationType: otherType } }, 'again '),
    ...[...RESULTS, 'Error'].map(branch => save(`Save again ${branch}`, { verifyAgain: branch }, 'Wait')),
    // Ends a chat that could not be stopped.
    wait('Wait', '600', 'Disconnect'),
    { Identifier: 'Disconnect', Type: 'DisconnectParticipant', Parameters: {}, Transitions: {} },
  ];
  return JSON.stringify({ Version: '2019-10-30', StartAction: Actions[0]?.Identifier, Metadata: {}, Actions });
}

function invoke(name: string, parameters: object, again: string) {
  const branches = RESULTS.map((result): Branch => [result, `Save ${again}${result}`]);
  const errors = ['NoMatchingCondition', 'NoMatchingError'];
  return action(name, 'InvokeFlowModule', parameters, `Save ${again}Error`, branches, errors);
}

/** Continues even if Amazon Connect refuses the attributes. */
function save(name: string, Attributes: Record<string, string>, next: string) {
  return action(name, 'UpdateContactAttributes', { Attributes, TargetContact: 'Current' }, next);
}

function wait(name: string, TimeLimitSeconds: string, next: string) {
  return action(name, 'Wait', { TimeLimitSeconds }, next, [['WaitCompleted', next]]);
}

type Branch = [operand: string, next: string];

function action(
  Identifier: string,
  Type: string,
  Parameters: object,
  NextAction: string,
  branches: Branch[] = [],
  errors = ['NoMatchingError'],
) {
  const Errors = errors.map(ErrorType => ({ NextAction, ErrorType }));
  const Conditions = branches.map(([operand, next]) => {
    return { NextAction: next, Condition: { Operator: 'Equals', Operands: [operand] } };
  });
  return { Identifier, Type, Parameters, Transitions: { NextAction, Errors, Conditions } };
}
