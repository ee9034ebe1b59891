// What widgets cannot say: a live region, there before its text changes; and that keys pressed in a
// field are for that field: JupyterLab would else take arrows and letters for its own commands.
(function announce(left) {
  const box = document.querySelector('.seglib-workbench')
  if (!box) { if (left) setTimeout(announce, 200, left - 1); return }
  box.querySelectorAll('select, button').forEach(
    field => field.setAttribute('data-lm-suppress-shortcuts', 'true'))
  const line = box.querySelector('.seglib-status')
  line.setAttribute('role', 'status'); line.setAttribute('aria-live', 'polite')
})(50)
