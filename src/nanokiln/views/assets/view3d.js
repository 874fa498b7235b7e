(() => {
  "use strict";
  const figure = document.currentScript.closest(".nk3d"), canvas = figure.querySelector("canvas");
  const data = JSON.parse(figure.querySelector("script[type='application/json']").textContent);
  const bar = figure.querySelector(".nk3d-bar"), help = figure.querySelector(".nk3d-help");
  const gl = canvas.getContext("webgl", {antialias: true, preserveDrawingBuffer: true});
  if (!gl || !gl.getExtension("OES_element_index_uint") || !window.DecompressionStream) {
    help.textContent = "This browser shows a picture instead of the model.";
    return;
  }
  const VERTEX = `attribute vec3 place; attribute vec2 fold; attribute float sky; uniform mat3 turn; uniform vec2 scale;
    varying vec3 n; varying float open;
    void main() {
      vec3 v = vec3(fold, 1.0 - abs(fold.x) - abs(fold.y)); float t = max(-v.z, 0.0);
      v.x += v.x >= 0.0 ? -t : t; v.y += v.y >= 0.0 ? -t : t;
      n = turn * normalize(v); open = sky * 0.5 + 0.5; vec3 p = turn * place;
      gl_Position = vec4(p.xy * scale, -p.z * 0.5, 1.0);
    }`;
  const FRAGMENT = `precision mediump float; varying vec3 n; varying float open; uniform float melt;
    void main() {
      vec3 m = normalize(n), light = normalize(vec3(-0.40, 0.52, 0.75)); float f = clamp(m.z, 0.0, 1.0);
      float side = clamp(dot(m, light), 0.0, 1.0), edge = pow(1.0 - f, 2.2), sky = clamp(open, 0.0, 1.0);
      vec3 solid = vec3(0.72, 0.75, 0.79) * (0.22 + 0.62 * side + 0.45 * edge) * (0.06 + 1.1 * pow(sky, 1.4));
      float shine = pow(clamp(dot(m, normalize(light + vec3(0.0, 0.0, 1.0))), 0.0, 1.0), 60.0);
      vec3 amber = vec3(0.98, 0.55, 0.06) * (0.30 + 0.5 * side) + vec3(0.7) * shine;
      gl_FragColor = melt > 0.5 ? vec4(amber, sky * (0.66 + 0.3 * edge + 0.3 * shine)) : vec4(pow(solid, vec3(0.9)), 1.0);
    }`;
  const program = gl.createProgram();
  for (const [kind, text] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, text);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) return;
  gl.useProgram(program);
  const at = name => gl.getUniformLocation(program, name), slot = name => gl.getAttribLocation(program, name);

  async function unpack(mesh) {
    const packed = Uint8Array.from(atob(mesh.data), c => c.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
    const raw = new Uint8Array(await new Response(stream).arrayBuffer());
    const n = mesh.points, m = mesh.corners, places = new Int16Array(4 * n), paint = new Int8Array(4 * n);
    for (let a = 0; a < 3; a++) {
      const low = 2 * a * n, high = low + n, colour = (6 + a) * n;
      for (let i = 0, sum = 0; i < n; i++) {
        sum = (sum + raw[low + i] + 256 * raw[high + i]) << 16 >> 16;
        places[4 * i + a] = sum;
        paint[4 * i + a] = raw[colour + i];
      }
    }
    const corners = new Uint32Array(m), from = 9 * n;
    for (let i = 0, sum = 0; i < m; i++) {
      sum += raw[from + i] | raw[from + m + i] << 8 | raw[from + 2 * m + i] << 16 | raw[from + 3 * m + i] << 24;
      corners[i] = sum;
    }
    const store = (target, values) => {
      const buffer = gl.createBuffer();
      gl.bindBuffer(target, buffer);
      gl.bufferData(target, values, gl.STATIC_DRAW);
      return buffer;
    };
    return {count: m, places: store(gl.ARRAY_BUFFER, places), paint: store(gl.ARRAY_BUFFER, paint),
            corners: store(gl.ELEMENT_ARRAY_BUFFER, corners)};
  }

  let shown = data.first, melt = true, zoom = 1, turn = [1, 0, 0, 0, 1, 0, 0, 0, 1], waiting = false;
  function rotate(x, y) {  // about the upright and the level axis of the screen
    const c = Math.cos(x), s = Math.sin(x), d = Math.cos(y), t = Math.sin(y);
    const r = [c, t * s, -d * s, 0, d, t, s, -t * c, d * c], old = turn;  // by columns
    turn = old.map((_, i) => [0, 1, 2].reduce((sum, k) => sum + r[i % 3 + 3 * k] * old[k + i - i % 3], 0));
    later();
  }
  function bind(name, buffer, size, kind, offset) {
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.enableVertexAttribArray(slot(name));
    gl.vertexAttribPointer(slot(name), size, kind, true, kind === gl.SHORT ? 8 : 4, offset);
  }
  function paint(mesh, glass) {
    bind("place", mesh.places, 3, gl.SHORT, 0);
    bind("fold", mesh.paint, 2, gl.BYTE, 0);
    bind("sky", mesh.paint, 1, gl.BYTE, 2);
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, mesh.corners);
    gl.uniform1f(at("melt"), glass ? 1 : 0);
    gl.drawElements(gl.TRIANGLES, mesh.count, gl.UNSIGNED_INT, 0);
  }
  function draw() {
    waiting = false;
    const stage = data.stages[shown], wide = Math.round(canvas.clientWidth * (window.devicePixelRatio || 1));
    if (canvas.width !== wide) { canvas.width = wide; canvas.height = Math.round(wide * 0.75); }
    gl.viewport(0, 0, canvas.width, canvas.height);
    gl.clearColor(0.043, 0.051, 0.067, 1);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    const scale = zoom / stage.view * 0.96;
    gl.uniform2f(at("scale"), scale * 0.75, scale);
    gl.uniformMatrix3fv(at("turn"), false, turn);
    gl.enable(gl.DEPTH_TEST);
    gl.disable(gl.BLEND);
    gl.depthMask(true);
    if (stage.ready.solid) paint(stage.ready.solid, false);
    if (stage.ready.melt && melt) {
      gl.enable(gl.BLEND);
      gl.blendFunc(gl.SRC_ALPHA, gl.ONE_MINUS_SRC_ALPHA);
      paint(stage.ready.melt, true);
    }
    const nm = 2 * stage.nm / (scale * 0.75), length = [1000, 500, 200, 100, 50, 20, 10].find(x => x < 0.25 * nm) || 5;
    bar.textContent = length + " nm";
    bar.style.width = 100 * length / nm + "%";
  }
  function later() { if (!waiting) { waiting = true; requestAnimationFrame(draw); } }
  const buttons = [...figure.querySelectorAll(".nk3d-buttons button")];
  function mark() {
    for (const b of buttons) {
      const glass = b.dataset.melt;
      b.setAttribute("aria-pressed", glass ? melt : Number(b.dataset.stage) === shown);
      if (glass) b.disabled = !data.stages[shown].meshes.melt;
    }
    later();
  }
  for (const b of buttons) b.addEventListener("click", () => {
    if (b.dataset.melt) melt = !melt; else shown = Number(b.dataset.stage);
    mark();
  });
  const touches = new Map();
  canvas.addEventListener("pointerdown", e => { canvas.setPointerCapture(e.pointerId); touches.set(e.pointerId, e); });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, e => touches.delete(e.pointerId));
  canvas.addEventListener("pointermove", e => {
    const last = touches.get(e.pointerId);
    if (!last) return;
    const dx = e.clientX - last.clientX, dy = e.clientY - last.clientY;
    if (touches.size === 1) rotate(dx * 0.008, dy * 0.008);
    else if (touches.size === 2) {
      const other = [...touches.values()].find(t => t.pointerId !== e.pointerId);
      const far = t => Math.hypot(t.clientX - other.clientX, t.clientY - other.clientY) + 1;
      enlarge(far(e) / far(last));
    }
    touches.set(e.pointerId, e);
  });
  function enlarge(by) { zoom = Math.min(Math.max(zoom * by, 0.5), 8); later(); }
  canvas.addEventListener("wheel", e => { e.preventDefault(); enlarge(Math.exp(-e.deltaY * 0.0012)); }, {passive: false});
  canvas.addEventListener("keydown", e => {
    const keys = {ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, -0.1], ArrowDown: [0, 0.1]};
    if (keys[e.key]) rotate(...keys[e.key]);
    else if (e.key === "+" || e.key === "-") enlarge(e.key === "+" ? 1.15 : 1 / 1.15);
    else return;
    e.preventDefault();
  });
  addEventListener("resize", later);
  (async () => {
    for (const stage of data.stages) {
      stage.ready = {};
      for (const [kind, mesh] of Object.entries(stage.meshes)) if (mesh.points) stage.ready[kind] = await unpack(mesh);
    }
    figure.querySelector("img").hidden = true;
    figure.querySelector("img").style.display = "none";
    canvas.hidden = false;
    figure.querySelector(".nk3d-buttons").hidden = false;
    help.textContent = "Turn it with the mouse, a finger or the arrow keys; the wheel or plus and minus zoom.";
    rotate(0.5, 0.4);
    mark();
  })();
})();
