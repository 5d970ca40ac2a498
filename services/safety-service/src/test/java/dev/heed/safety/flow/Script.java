package dev.heed.safety.flow;

import dev.heed.safety.policy.PolicyFile;
import dev.heed.safety.screening.Role;
import dev.heed.safety.screening.Screener;
import dev.heed.safety.screening.Subject;
import dev.heed.schemas.Topics;
import dev.heed.schemas.events.DraftChunk;
import dev.heed.schemas.events.ReplyChunk;
import dev.heed.schemas.events.TurnSubmitted;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A scripted conversation: its last turn, and what a model that is told what to say drafts. */
record Script(Kind kind, TurnSubmitted turn, String reply, List<DraftChunk> drafts) {

  /** What a conversation is; each kind takes turns. */
  enum Kind {
    SAFE,
    UNSAFE_REQUEST,
    UNSAFE_REPLY,
    MIXED,
    ACROSS_TURNS,
    ACROSS_CHUNKS
  }

  static Script of(Kind kind, TurnSubmitted turn, String reply, List<String> chunks) {
    return new Script(kind, turn, reply, Given.drafts(turn, 1, chunks.toArray(String[]::new)));
  }

  /** The last of these is the person's turn; its deadline outlasts the slowest machine. */
  static TurnSubmitted turn(String... texts) {
    return Given.turnBuilder(texts).setDeadline(Instant.now().plus(Duration.ofHours(1))).build();
  }

  String conversation() {
    return turn.getConversationId();
  }

  /** Sends the turn and, where a model would be asked, what it says. */
  void play(Tap tap) {
    tap.write(Topics.TURNS, conversation(), turn);
    if (kind != Kind.UNSAFE_REQUEST) {
      drafts.forEach(draft -> tap.write(Topics.DRAFTS, conversation(), draft));
    }
  }

  /** All that the person was shown, to its end. */
  List<ReplyChunk> shown(Tap tap) {
    List<ReplyChunk> chunks = tap.events(Topics.REPLIES, conversation(), 1, ReplyChunk.class);
    while (!chunks.getLast().getLast()) {
      chunks = tap.events(Topics.REPLIES, conversation(), chunks.size() + 1, ReplyChunk.class);
    }
    return chunks;
  }

  /** Whether a text passes as the reply to this turn, looked at as a whole. */
  boolean passes(Screener screener, String text) {
    List<String> context = List.of(turn.getMessages().getLast().getText());
    return screener
        .screen(new Subject(context, text, Role.BOT), PolicyFile.standard().standard())
        .passes();
  }

  static List<String> words(String text) {
    return List.of(text.split("(?<= )"));
  }

  static List<String> clauses(String text) {
    return List.of(text.split("(?<=[,.;] )"));
  }

  /** One to three characters a chunk: no chunk alone says anything. */
  static List<String> crumbs(String text, Random random) {
    List<String> crumbs = new ArrayList<>();
    for (int at = 0; at < text.length(); ) {
      int end = Math.min(text.length(), at + 1 + random.nextInt(3));
      crumbs.add(text.substring(at, end));
      at = end;
    }
    return crumbs;
  }
}
