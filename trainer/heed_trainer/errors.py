"""What can go wrong, by stable codes; no message carries what a person wrote."""


class TrainerError(Exception):
    """Ends a run with exit code 1 and an event `failed`.

    reason: a code that stays the same between versions; detail: for a person, without anyone's words.
    """

    def __init__(self, reason, detail):
        super().__init__(f'{reason}: {detail}')
        self.reason = reason
        self.detail = detail
