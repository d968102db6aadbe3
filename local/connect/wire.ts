/** A contact's ARN. Region and account are the sample data's: contacts belong to whichever instance asks. */
export function contactArn(instanceId: string, contactId: string): string {
  return `arn:aws:connect:us-east-1:111122223333:instance/${instanceId}/contact/${contactId}`;
}

/** A timestamp in a JSON body (restJson1): seconds since 1970, with fractions. */
export function seconds(time: Date | undefined): number | undefined {
  return time && time.getTime() / 1000;
}
