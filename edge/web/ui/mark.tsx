/** Two puddles; where they meet, an eye. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <circle class="mark-water" cx="16" cy="10.8" r="9.8" />
      <circle class="mark-water" cx="16" cy="21.2" r="9.8" />
      <path class="mark-eye" d="M7.7 16A9.8 9.8 0 0 1 24.3 16A9.8 9.8 0 0 1 7.7 16Z" />
      <circle class="mark-pupil" cx="16" cy="16" r="2.2" />
    </svg>
  );
}
