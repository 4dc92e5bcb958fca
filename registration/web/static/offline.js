// The offline check's page: text, pictures and the camera go to statement.js, and the verdict's words are shown.
(() => {
  const keys = JSON.parse(document.body.dataset.keys);
  const chapters = [...document.querySelectorAll("[data-lang]")];
  const canRead = "BarcodeDetector" in globalThis;

  const choose = (lang) => {
    for (const chapter of chapters) chapter.hidden = chapter.dataset.lang !== lang;
    const shown = chapters.find((one) => !one.hidden);
    document.documentElement.lang = shown.lang;
    document.title = `${shown.querySelector("h1").textContent} - 合一`;
  };

  const fill = (chapter, statement) => {
    for (const row of chapter.querySelectorAll("[data-row]")) row.hidden = statement[row.dataset.row] === undefined;
    for (const place of chapter.querySelectorAll("[data-field]")) place.textContent = statement[place.dataset.field] ?? "";
    chapter.querySelector("[data-sample]").hidden = !statement.sample;
    chapter.querySelector("[data-original]").hidden = statement.copy_number !== 0;
    chapter.querySelector("[data-duplicate]").hidden = statement.copy_number === 0;
    const compare = chapter.querySelector("[data-compare]");
    compare.hidden = statement.name_sha256 === undefined;
    compare.dataset.compare = statement.name_sha256 ?? "";
    compare.reset();
    for (const line of compare.querySelectorAll("[data-same], [data-different]")) line.hidden = true;
  };

  const show = (code, statement) => {
    for (const chapter of chapters) {
      for (const verdict of chapter.querySelectorAll("[data-verdict]")) verdict.hidden = verdict.dataset.verdict !== code;
      if (statement) fill(chapter, statement);
      if (!chapter.hidden) chapter.querySelector("[data-answer]").focus();
    }
  };

  const check = async (text) => {
    for (const box of document.querySelectorAll("textarea")) box.value = text;
    const { code, statement } = await HeyiStatement.check(text, keys);
    show(code, statement);
  };

  const detect = async (source) => {
    const codes = await new BarcodeDetector({ formats: ["qr_code"] }).detect(source);
    return codes.length ? codes[0].rawValue : "";
  };

  const readPicture = async (file) => {
    try {
      const text = await detect(await createImageBitmap(file));
      if (text) return check(text);
    } catch {
      // A file that is no picture shows no code.
    }
    return show("no_code");
  };

  const scan = async (video) => {
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      return show("no_camera");
    }
    video.srcObject = stream;
    video.hidden = false;
    await video.play();
    let text = "";
    while (!text && stream.active) {
      await new Promise((next) => requestAnimationFrame(next));
      text = await detect(video).catch(() => "");
    }
    stream.getTracks().forEach((track) => track.stop());
    video.hidden = true;
    return text ? check(text) : undefined;
  };

  const dropped = (event) => {
    event.preventDefault();
    const [file] = event.dataTransfer.files;
    if (!file) check(event.dataTransfer.getData("text"));
    else if (file.type.startsWith("text/")) file.text().then(check);
    else if (canRead) readPicture(file);
    else show("no_code");
  };

  const listKeys = (list) => {
    for (const key of keys) {
      const row = document.createElement("li");
      row.className = "code";
      row.textContent = `${key.kid} · ${key.since.slice(0, 10)}${key.until ? ` – ${key.until.slice(0, 10)}` : ""}`;
      list.append(row);
    }
  };

  for (const chapter of chapters) {
    const find = (name) => chapter.querySelector(`[data-${name}]`);
    find("show").addEventListener("click", () => choose(find("show").dataset.show));
    find("check").addEventListener("submit", (event) => {
      event.preventDefault();
      check(event.target.elements.text.value);
    });
    find("compare").addEventListener("submit", async (event) => {
      event.preventDefault();
      const same = (await HeyiStatement.digest(event.target.elements.name.value.trim())) === find("compare").dataset.compare;
      find("same").hidden = !same;
      find("different").hidden = same;
    });
    find("reader").hidden = !canRead;
    find("no-reader").hidden = canRead;
    find("picture").addEventListener("change", (event) => event.target.files[0] && readPicture(event.target.files[0]));
    find("camera").addEventListener("click", () => scan(find("video")));
    find("drop").addEventListener("dragover", (event) => event.preventDefault());
    find("drop").addEventListener("drop", dropped);
    listKeys(find("key-list"));
  }

  const { worker, scope } = document.body.dataset;
  if (worker && "serviceWorker" in navigator) navigator.serviceWorker.register(worker, { scope });
})();
