// The items below a main item.
export default {
  title: "Choose what to apply for",
  hint: "This is a main item and cannot be applied for itself; choose one of the items below it.",
  none: "No items have been published below it yet.",
}
