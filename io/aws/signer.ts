// Signs the calls of a client (AWS Signature Version 4). The signatures are those of the SDK's signer, and most of the parts are
// its own. But the client keeps its signing key. The SDK keeps 50 keys for the whole process. A run has a session for each key
// that it deactivates, so the SDK would derive the signing key of nearly every call again, by five HMACs.
import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto'
import type { STSClientResolvedConfig } from '@aws-sdk/client-sts'
import {
  ALGORITHM_IDENTIFIER,
  AMZ_DATE_HEADER,
  AUTH_HEADER,
  createScope,
  getCanonicalHeaders,
  KEY_TYPE_IDENTIFIER,
  prepareRequest,
  SHA256_HEADER,
  SignatureV4Base,
  TOKEN_HEADER,
} from '@smithy/signature-v4'

/** The same in the clients of all services. */
type Config = Pick<STSClientResolvedConfig, 'region' | 'credentials' | 'defaultSigningName' | 'sha256' | 'signer'>
type Sign = Awaited<ReturnType<Config['signer']>>['sign']
type Request = Parameters<Sign>[0]
type Options = NonNullable<Parameters<Sign>[1]>

/** All that a signing key depends on. */
interface Source {
  secret: string
  /** YYYYMMDD */
  date: string
  region: string
  service: string
}

/** The same client, which keeps its signing key. A request that is not as ours are is left to the SDK's signer. */
export function keepsSigningKey<C extends { config: Config }>(client: C): C {
  const { config } = client
  const sdkSigner = config.signer
  const signer = new Signer(config)
  config.signer = async (scheme) => ({
    async sign(request: Request, options: Options = {}) {
      if (!isLikeOurs(request, options)) return (await sdkSigner(scheme)).sign(request, options)
      return signer.sign(request, {
        at: options.signingDate ?? new Date(),
        region: options.signingRegion ?? scheme?.signingRegion,
        service: options.signingService ?? scheme?.signingName,
      })
    },
  })
  return client
}

/** The Region "*" is one of Signature Version 4A. */
const isLikeOurs = ({ body, headers }: Request, options: Options): boolean =>
  typeof body === 'string' && !(SHA256_HEADER in headers) && options.signingRegion !== '*'

/** undefined: those of the client. */
interface For {
  at: NonNullable<Options['signingDate']>
  region: string | undefined
  service: string | undefined
}

/** Source: IAM User Guide, "Create a signed AWS API request". */
class Signer extends SignatureV4Base {
  #kept: (Source & { key: KeyObject }) | null = null

  constructor({ region, credentials, defaultSigningName: service, sha256 }: Config) {
    super({ region, credentials, service, sha256 })
  }

  /** @param unsigned with a body of text @throws what the client's credentials or its Region throw */
  async sign(unsigned: Request, signedFor: For): Promise<Request> {
    const credentials = await this.credentialProvider()
    this.validateResolvedCredentials(credentials)
    const { region = await this.regionProvider(), service = this.service } = signedFor
    const { longDate, shortDate: date } = this.formatDate(signedFor.at)
    const request = prepareRequest(unsigned)
    const { headers } = request
    headers[AMZ_DATE_HEADER] = longDate
    if (credentials.sessionToken) headers[TOKEN_HEADER] = credentials.sessionToken
    headers[SHA256_HEADER] = hash('sha256', request.body)
    const signed = getCanonicalHeaders(request)
    const scope = createScope(date, region, service)
    const canonical = this.createCanonicalRequest(request, signed, headers[SHA256_HEADER])
    const toSign = [ALGORITHM_IDENTIFIER, longDate, scope, hash('sha256', canonical)].join('\n')
    const key = this.#keyOf({ secret: credentials.secretAccessKey, date, region, service })
    headers[AUTH_HEADER] = [
      `${ALGORITHM_IDENTIFIER} Credential=${credentials.accessKeyId}/${scope}`,
      `SignedHeaders=${this.getCanonicalHeaderList(signed)}`,
      `Signature=${hmac(key, toSign).digest('hex')}`,
    ].join(', ')
    return request
  }

  #keyOf(source: Source): KeyObject {
    const kept = this.#kept
    if (kept !== null && isFrom(kept, source)) return kept.key
    const key = derived(source)
    this.#kept = { ...source, key }
    return key
  }
}

const isFrom = (kept: Source, { secret, date, region, service }: Source): boolean =>
  kept.secret === secret && kept.date === date && kept.region === region && kept.service === service

const derived = ({ secret, date, region, service }: Source): KeyObject =>
  [date, region, service, KEY_TYPE_IDENTIFIER].reduce(
    (key, part) => createSecretKey(hmac(key, part).digest()),
    createSecretKey(`AWS4${secret}`, 'utf8'),
  )

/** A KeyObject: Node takes four times as long with a key that is given as bytes. */
const hmac = (key: KeyObject, text: string) => createHmac('sha256', key).update(text)
