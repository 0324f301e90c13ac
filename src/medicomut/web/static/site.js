// What a page says anew after a swap is reached by keyboard and screen reader: its heading takes the focus.
document.addEventListener("htmx:afterSettle", (event) => {
  const heading = event.target.querySelector("[data-focus]");
  if (heading) heading.focus();
});

// A rate that is written can be moved too: a slider under its field, in percent. Without this the field is enough.
const ENGLISH = document.documentElement.lang === "en";
const WRITTEN = /^(-?[0-9]+(?:[.,][0-9]+)?)\s*%$/;
const rateIn = (field) => field && WRITTEN.exec(field.value.trim())?.[1].replace(",", ".");
const rateSaid = (rate) => (ENGLISH ? `${rate}%` : `${rate.replace(".", ",")}\u00a0%`);
const follows = [...document.querySelectorAll("[data-slider]")].map((field) => {
  const slider = document.createElement("input");
  Object.assign(slider, { type: "range", min: "0", max: "4", step: "0.01" });
  slider.setAttribute("aria-labelledby", `l-${field.name}`);
  // A group without a rate of its own moves with every group, else it stays where the agreement has it.
  const follow = () => {
    const rate = rateIn(field) ?? rateIn(document.getElementById("f-all")) ?? field.dataset.slider;
    // A rate beyond the usual ones widens its slider, which never narrows under a hand that moves it.
    Object.assign(slider, { min: Math.min(slider.min, Math.floor(rate)), max: Math.max(slider.max, Math.ceil(rate)) });
    slider.value = rate;
    slider.setAttribute("aria-valuetext", rateSaid(Number(slider.value).toFixed(2)));
  };
  slider.addEventListener("input", () => {
    field.value = rateSaid(Number(slider.value).toFixed(2));
  });
  field.parentElement.append(slider);
  field.form.addEventListener("input", follow);
  return follow;
});
for (const follow of follows) follow();
