"""The demonstration: cast, one-click sign-in, mailbox, illustrative catalogue. Absent from production."""
