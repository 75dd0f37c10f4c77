// Asks the browser for a passkey and tells the site what came of it: to come in, or to make one with an invitation. No other page needs a script.
"use strict";
const form = document.getElementById("passkey");
const button = form.querySelector("button");
const invitation = form.elements.invitation;

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const said = (words) => { document.getElementById("said").textContent = words; };

async function sent(address, what) {
  const headers = { "content-type": "application/json", accept: "application/json" };
  const answer = await fetch(address, { method: "POST", headers, body: JSON.stringify(what), cache: "no-store" });
  if (answer.status === 429) throw new Error(form.dataset.wait.replace("{}", answer.headers.get("retry-after")));
  if (!answer.ok) throw new Error(form.dataset.refused);
  return answer.json();
}

async function signIn() {
  const asked = await sent("/sign-in/options", {});
  const found = await navigator.credentials.get({ publicKey: { ...asked, challenge: bytes(asked.challenge), allowCredentials: [] } });
  const { clientDataJSON, authenticatorData, signature, userHandle } = found.response;
  const response = { clientDataJSON: text(clientDataJSON), authenticatorData: text(authenticatorData), signature: text(signature) };
  if (userHandle) response.userHandle = text(userHandle);
  return sent("/sign-in", { to: form.dataset.to, credential: { id: found.id, rawId: text(found.rawId), type: found.type, response } });
}

async function enrol() {
  const asked = await sent("/enrol/options", { invitation: invitation.value.trim() });
  const known = asked.excludeCredentials.map((one) => ({ ...one, id: bytes(one.id) }));
  const user = { ...asked.user, id: bytes(asked.user.id) };
  const made = await navigator.credentials.create({ publicKey: { ...asked, user, challenge: bytes(asked.challenge), excludeCredentials: known } });
  const response = { clientDataJSON: text(made.response.clientDataJSON), attestationObject: text(made.response.attestationObject) };
  const credential = { id: made.id, rawId: text(made.rawId), type: made.type, response };
  return sent("/enrol", { invitation: invitation.value.trim(), credential });
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  button.disabled = true;
  said("");
  try {
    const told = await (form.dataset.does === "enrol" ? enrol() : signIn());
    location.assign(form.dataset.does === "enrol" ? form.dataset.to : told.to);
  } catch (fault) {
    said(fault instanceof DOMException ? form.dataset.none : fault.message);
    button.disabled = false;
  }
});

if (invitation && location.hash.length > 1) { // what stands after the hash is sent to nobody; nor does it stay in the address
  invitation.value = location.hash.slice(1);
  history.replaceState(null, "", location.pathname + location.search);
}
if (window.PublicKeyCredential) button.disabled = false;
else said(form.dataset.none);
