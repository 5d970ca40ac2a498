package dev.heed.safety.flow;

import dev.heed.safety.policy.Policy;
import dev.heed.safety.screening.Role;
import dev.heed.safety.screening.Screener;
import dev.heed.safety.screening.Subject;
import dev.heed.schemas.events.Message;
import dev.heed.schemas.events.TurnSubmitted;
import java.util.ArrayList;
import java.util.List;

/**
 * What came before a turn. A refused turn stays in a person's conversation, and a client of the API
 * sends whatever history it likes; the model must see neither the unsafe turn nor its answer.
 */
final class History {

  private final Screener screener;
  private final SafetyMetrics metrics;

  History(Screener screener, SafetyMetrics metrics) {
    this.screener = screener;
    this.metrics = metrics;
  }

  /** The last message in the light of those before it; what a system prompt says is no turn. */
  static Subject subject(List<Message> messages) {
    List<String> context =
        messages.subList(0, messages.size() - 1).stream()
            .filter(message -> message.getRole() != dev.heed.schemas.events.Role.SYSTEM)
            .map(Message::getText)
            .toList();
    return new Subject(context, messages.getLast().getText(), Role.USER);
  }

  /**
   * The turn's messages without earlier turns that do not pass, each with the reply to it. Their
   * ratings are cached since their own screening, so this costs next to nothing.
   */
  List<Message> screened(TurnSubmitted turn, Policy policy) {
    List<Message> all = turn.getMessages();
    List<Message> kept = new ArrayList<>();
    boolean dropping = false;
    for (int i = 0; i < all.size() - 1; i++) {
      Message message = all.get(i);
      switch (message.getRole()) {
        case USER -> {
          dropping = !screener.screen(subject(all.subList(0, i + 1)), policy).passes();
          if (dropping) {
            metrics.dropped("unsafe_history");
          } else {
            kept.add(message);
          }
        }
        case ASSISTANT -> {
          if (!dropping) {
            kept.add(message);
          }
        }
        default -> kept.add(message);
      }
    }
    kept.add(all.getLast());
    return kept;
  }
}
