for (const table of document.querySelectorAll('table.sortable')) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    head.querySelector('button').addEventListener('click', () => {
      const down = head.getAttribute('aria-sort') === 'ascending';
      heads.forEach((other) => other.removeAttribute('aria-sort'));
      head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
      const key = (row) => row.cells[column].dataset.value ?? row.cells[column].textContent.trim();
      const compare = (one, other) => {
        const [a, b] = [key(one), key(other)];
        if (a === '' || b === '') return (a === '') - (b === ''); // what is missing stands last
        const order = isNaN(a) || isNaN(b) ? a.localeCompare(b) : a - b;
        return down ? -order : order;
      };
      table.tBodies[0].append(...[...table.tBodies[0].rows].sort(compare));
    });
  });
}

const dialog = document.querySelector('dialog');
for (const button of document.querySelectorAll('figure button')) {
  button.addEventListener('click', () => {
    const picture = dialog.querySelector('img');
    picture.src = button.querySelector('img').src;
    picture.alt = button.querySelector('img').alt;
    dialog.showModal();
  });
}
dialog.addEventListener('click', () => dialog.close());
