// What widgets cannot say: a live region, there before its text changes; and that keys pressed in a
// field are for that field: JupyterLab would else take arrows and letters for its own commands.
(function announce(left) {
  const box = document.querySelector('.seglib-workbench')
  if (!box) { if (left) setTimeout(announce, 200, left - 1); return }
  const handles = box.querySelectorAll('[role=slider]')
  ;[...box.querySelectorAll('select, button'), ...handles].forEach(
    field => field.setAttribute('data-lm-suppress-shortcuts', 'true'))
  handles.forEach(handle => handle.setAttribute('aria-label',
    handle.closest('.jupyter-widgets').querySelector('.widget-label').textContent))
  const line = box.querySelector('.seglib-status')
  line.setAttribute('role', 'status'); line.setAttribute('aria-live', 'polite')
})(50)
