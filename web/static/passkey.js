// Making and using passkeys. Where a browser or an address cannot, the page says so instead.
const named = !/^[\d.]+$|:/.test(location.hostname);
const able = window.isSecureContext && named && window.PublicKeyCredential?.parseRequestOptionsFromJSON;
const part = name => document.querySelector(`[data-passkey=${name}]`);

async function post(path, body) {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body ?? {}) });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.says);
  return told;
}

const ways = {
  make: async () => {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(await post('/account/passkeys/options'));
    return post('/account/passkeys', (await navigator.credentials.create({ publicKey })).toJSON());
  },
  use: async () => {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(await post('/sign-in/passkey/options'));
    return post('/sign-in/passkey', (await navigator.credentials.get({ publicKey })).toJSON());
  },
};

for (const [name, way] of Object.entries(ways)) {
  const button = part(name);
  if (!button || !able) continue;
  button.hidden = false;
  if (part('off')) part('off').hidden = true;
  button.addEventListener('click', async () => {
    button.disabled = true;
    try {
      location.assign((await way()).to);
    } catch (error) {
      if (error.name !== 'NotAllowedError') { part('says').textContent = error.message; part('says').hidden = false; }
      button.disabled = false;
    }
  });
}
