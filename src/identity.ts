/** `NONE`: nothing is there. `DOUBTFUL`: something is, but perhaps it is not one customer's alone. */
export type NoIdentity = 'NONE' | 'DOUBTFUL';

/**
 * Reads a text as an identity, without the white space around it. A server's `String(user?.id)` must not make all
 * guests one customer; and a random id that only looks like such a text must not cost its customer the past chats.
 */
export function readIdentity(text: string | undefined): { id: string } | NoIdentity {
  const id = text?.trim() ?? '';
  const visible = /[^ -~]/.test(id) ? id.replaceAll(INVISIBLE, '').trim() : id;
  return NO_IDENTITY_FORMS.find(({ pattern }) => pattern.test(visible))?.is ?? { id };
}

/** U+2800, the braille blank, is a symbol by its category, but shows nothing. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/**
 * Forms of text that are no identity; the first that fits counts. Of a million random ids of a usual kind, at most ten
 * may be doubtful: the test has the kinds. No pattern uses Unicode classes, which would cost a first invocation 2 ms;
 * `[ -/:-@[-`{-~]` is ASCII's space and punctuation.
 */
export const NO_IDENTITY_FORMS: readonly { name: string; is: NoIdentity; examples: string[]; pattern: RegExp }[] = [
  {
    name: 'what programs write for no value, and a UUID of zeros',
    is: 'NONE',
    examples: ['', 'null', 'NaN', '0', '<nil>', '"null"', '""', '{}', '[object Object]', 'True', '0'.repeat(32)],
    pattern:
      /^["'(<]?(null|undefined|nan|none|nil|no value|0|true|false|\[object \w+\]|\{\}|\[\]|)[")'>]?$|^["'{(]?0{8}(-?0{4}){3}-?0{12}["')}]?$/i,
  },
  {
    name: 'a word for anybody',
    is: 'DOUBTFUL',
    examples: ['unknown', 'Anonymous', 'GUEST', 'n/a', 'default', 'test', '"guest"', 'anonymousUser'],
    pattern: /^["'(<]?(unknown|anonymous([-_ ]?user)?|guest|n\/a|default|test)[")'>]?$/i,
  },
  {
    name: 'a hash (MD5, SHA-1, SHA-256) of nothing, of "undefined" or of "null"',
    is: 'DOUBTFUL',
    examples: ['d41d8cd98f00b204e9800998ecf8427e', 'EB045D78D273107348B0300C01D29B7552D622ABBC6FAF81B3EC55359AA9950C'],
    pattern:
      /^(d41d8cd98f00b204|5e543256c480ac57|37a6259cc0c1dae2|da39a3ee5e6b4b0d|d5d4cd07616a5428|2be88ca4242c76e8|e3b0c44298fc1c14|eb045d78d2731073|74234e98afe7498f)[\da-f]{16,48}$/i,
  },
  {
    name: 'no value after a prefix or before a suffix',
    is: 'DOUBTFUL',
    examples: ['customer-undefined', 'x_NULL', 'c-(null)-web', 'tenant/[]', 'c_null@b.example', 'undefined@b.example'],
    // Somebody may be called christopher.null@example.com.
    pattern: /(^|[ -/:-@[-`{-~])((?<!\.)null|null(?!@)|undefined|\{\}|\[\]|0{8}(-0{4}){3}-0{12})([ -/:-@[-`{-~]|$)/i,
  },
  {
    name: 'no value with a prefix or a suffix, where only letter case or the prefix tells it from a name',
    is: 'DOUBTFUL',
    examples: ['a:NaN', 'crm/None', 'c:<nil>', 'None-web', 'userNaN', 'küundefined', 'u[object Object]', 'usernull'],
    pattern:
      /[ -/:-@[-`{-~](NaN|None|NONE|nil)([ -/:-?[-`{-~]|$)|^(NaN|None|NONE)[ -/:-@[-`{-~]|^[a-zA-Z\u0080-\uffff]*undefined$|^[a-zA-Z][a-z]*(Id)?NaN$|\[object \w+\]|^(customer|user)(Id|_id)?(null|None)$/,
  },
  {
    name: 'a prefix alone: it ends in a sign that ends no random id or in a usual word, or is short or all signs',
    is: 'DOUBTFUL',
    examples: ['auth0|', 'acme:customer:', 'ann@', 'b2c_', 'tenant/', 'SHOP_CUSTOMER_ID_', 'some-prefix-', '-', '????'],
    pattern:
      /^\S*[:|#.@]$|^\S{0,8}[-_/\\~+]$|^[!-/:-@[-`{-~]+$|(customer|client|user|account|contact|member|prefix|subscriber|tenant)(s|[-_]?id)?[-_/\\~+]$/i,
  },
  {
    name: 'a prefix alone, of words without j, q, x and z, of which most random ids have one',
    is: 'DOUBTFUL',
    examples: ['production-', 'acme/brand/', 'north_america_'],
    pattern: /^([a-ik-pr-wy]{3,}[-_/])+$/,
  },
  {
    // Before its padding, base64 has only one of AEIMQUYcgkosw048: "MTIzNDU=".
    name: 'the name of a parameter alone',
    is: 'DOUBTFUL',
    examples: ['id==', 'customerId=', 'news=', '?user_key='],
    pattern: /^[a-z]{1,9}=+$|[abdefhijlmnpqrtuvxyz]=+$/,
  },
  {
    name: 'a reference that nobody resolved, and the placeholder of an example',
    is: 'DOUBTFUL',
    examples: ['$.Attributes.id', `c-\${a ?? b}`, '{{id}}', 'c-#{id}', '<%= id %>', 'c-%s', 'your-id', '<your-id>'],
    pattern: /[$#{]\{[^{}]*\}|\{\w{0,20}\}|<%|\$(\.[a-z]{4}|\[)|%[sdv]$|^["'[(<]?your[-_ ]|^<[a-z_ -]{1,40}>$/i,
  },
];
