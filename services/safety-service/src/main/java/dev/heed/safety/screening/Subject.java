package dev.heed.safety.screening;

import java.util.List;

/**
 * One text to screen, in its conversation.
 *
 * @param context what was said before, oldest first; may be empty
 * @param text what is judged
 * @param role who wrote it
 * @param urgent somebody waits and sees nothing yet: a prompt, or the first chunk of a reply
 */
public record Subject(List<String> context, String text, Role role, boolean urgent) {

  /** Turns of context that are kept; older ones do not change a verdict. */
  public static final int MAX_CONTEXT = 4;

  public Subject {
    int from = Math.max(0, context.size() - MAX_CONTEXT);
    context = List.copyOf(context.subList(from, context.size()));
  }

  /** A text that is urgent when a person wrote it. */
  public Subject(List<String> context, String text, Role role) {
    this(context, text, role, role == Role.USER);
  }
}
