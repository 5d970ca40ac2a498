// A classic script in the head: sets the chosen theme before the first paint.
(function () {
  try {
    const theme = localStorage.getItem('heed.theme');
    if (theme === 'light' || theme === 'dark') {
      document.documentElement.dataset.theme = theme;
    }
  } catch {
    // Storage may be forbidden; the system's theme is then used.
  }
})();
