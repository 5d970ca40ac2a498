package dev.heed.safety.flow;

import dev.heed.safety.policy.Action;
import dev.heed.safety.policy.Policy;
import dev.heed.safety.screening.Judgement;
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
            .filter(History::spoken)
            .map(Message::getText)
            .toList();
    return new Subject(context, messages.getLast().getText(), Role.USER);
  }

  /**
   * Judges a turn: its last message, and what a client of the API says in the system's name, which
   * reaches the model too and which nobody but the client answers for. The first that does not pass
   * decides.
   */
  Judgement judge(TurnSubmitted turn, Policy policy) {
    List<Message> all = turn.getMessages();
    for (Message message : all.subList(0, all.size() - 1)) {
      if (!spoken(message)) {
        Judgement judgement =
            screener.screen(new Subject(List.of(), message.getText(), Role.USER), policy);
        if (!judgement.passes()) {
          return judgement;
        }
      }
    }
    return screener.screen(subject(all), policy);
  }

  /** True for what a person or the model said; other roles only come from clients of the API. */
  private static boolean spoken(Message message) {
    return message.getRole() == dev.heed.schemas.events.Role.USER
        || message.getRole() == dev.heed.schemas.events.Role.ASSISTANT;
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
          Action action = screener.screen(subject(all.subList(0, i + 1)), policy).action();
          // Whoever was asked what they mean has answered by now, and the answer passed.
          dropping = !action.passes() && action != Action.ASK;
          if (dropping) {
            metrics.dropped("unsafe_history");
          } else {
            kept.add(message);
          }
        }
        case ASSISTANT -> {
          if (!dropping && said(all.subList(0, i + 1), policy)) {
            kept.add(message);
          }
        }
        default -> kept.add(message);
      }
    }
    kept.add(all.getLast());
    return kept;
  }

  /**
   * True when the last message may stand as the model's own words: it has an id and was screened
   * when it was written, or it comes from a client and passes now.
   */
  private boolean said(List<Message> upTo, Policy policy) {
    Message message = upTo.getLast();
    if (message.getMessageId() != null) {
      return true;
    }
    Subject claimed = new Subject(subject(upTo).context(), message.getText(), Role.BOT, true);
    boolean passes = screener.screen(claimed, policy).passes();
    if (!passes) {
      metrics.dropped("unsafe_history");
    }
    return passes;
  }
}
