// A form within data-passkey="create" or "get" is sent with what the browser's passkey answers to the options asked for first.
for (const part of document.querySelectorAll("[data-passkey]")) {
  const form = part.querySelector("form");
  const alert = form.querySelector("[role=alert]");
  form.addEventListener("submit", async event => {
    event.preventDefault();
    alert.hidden = true;
    try {
      const answer = await fetch(form.action + "/options", { method: "POST", body: new FormData(form) });
      if (!answer.ok) {
        throw new Error(await answer.text());
      }

      const options = await answer.json();
      const credential = part.dataset.passkey === "create"
        ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
        : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
      form.elements.credential.value = JSON.stringify(credential);
      form.submit();
    } catch (error) {
      // The browser does not say whether there was no passkey or its user refused.
      alert.textContent = error instanceof DOMException ? "No passkey was used." : error.message || "Please load this page again.";
      alert.hidden = false;
    }
  });
}
