package dev.heed.safety.screening;

/** Who wrote the text that is screened. */
public enum Role {
  USER("user"),
  BOT("bot");

  private final String label;

  Role(String label) {
    this.label = label;
  }

  /** As it stands in files, metrics and the classifier's input. */
  public String label() {
    return label;
  }

  /**
   * The role of a label.
   *
   * @throws IllegalArgumentException when it is neither {@code user} nor {@code bot}
   */
  public static Role of(String label) {
    for (Role role : values()) {
      if (role.label.equals(label)) {
        return role;
      }
    }
    throw new IllegalArgumentException("role must be \"user\" or \"bot\"");
  }
}
