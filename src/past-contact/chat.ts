import type { AmazonConnect } from '../aws/connect.ts';
import type { Deadline } from '../aws/deadline.ts';
import type { ChatRequest } from '../request.ts';

/** A chat that may continue a past one: what it asks for, and what every step needs to find out more. */
export interface Chat {
  request: ChatRequest;
  connect: AmazonConnect;
  deadline: Deadline;
}
