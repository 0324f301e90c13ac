// A real OpenID provider for the tests: `oidc-provider` with made-up people, who sign in without a password.
// Its address, clients and people come as JSON in the first argument; it prints its port when it listens.
import { createServer } from 'node:http';
import * as oidc from 'oidc-provider';

const { client_id, client_secret, redirect_uri, after_logout, keys, people, id_token_seconds } = JSON.parse(process.argv[2]);
const server = createServer((request, response) => handle(request, response));
let handle;
process.stdin.on('end', () => process.exit()).resume(); // it lives as long as who started it

server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new oidc.Provider(issuer, {
    clients: [client_id, `${client_id}-api`].map((id) => ({
      client_id: id,
      redirect_uris: [redirect_uri],
      post_logout_redirect_uris: [after_logout],
      ...(keys ? { token_endpoint_auth_method: 'private_key_jwt', jwks: keys } : { client_secret }),
    })),
    claims: { openid: ['sub', 'userProfile', 'SubjectRefPro', 'realm_access'] },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    ttl: { IdToken: id_token_seconds, AccessToken: 60, Interaction: 300, Session: 300, Grant: 300 },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...people[id] }) }),
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: true },
      resourceIndicators: {
        enabled: true,
        // A token is for UserInfo, or for us: the second client asks for the latter.
        defaultResource: (_, client) => (client.clientId === client_id ? undefined : 'urn:medicomut:tests'),
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({ scope: 'openid', audience: 'urn:medicomut:tests', accessTokenFormat: 'jwt', accessTokenTTL: 60 }),
      },
    },
  });

  // Who signs in is said by `?person=…`: the page where somebody would type is not what is tested.
  handle = async (request, response) => {
    const address = new URL(request.url, issuer);
    const interaction = /^\/interaction\/([^/]+)$/.exec(address.pathname);
    if (!interaction) return provider.callback()(request, response);
    const { prompt, params, session } = await provider.interactionDetails(request, response);
    if (prompt.name === 'login') {
      const person = address.searchParams.get('person');
      const result = person ? { login: { accountId: person } } : { error: 'access_denied' };
      return provider.interactionFinished(request, response, result);
    }
    const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
    grant.addOIDCScope('openid');
    grant.addResourceScope('urn:medicomut:tests', 'openid');
    return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } });
  };
  console.log(server.address().port);
});
