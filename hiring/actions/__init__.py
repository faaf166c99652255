"""Every change in hiring, one function a transition: permission is for the caller, invariants are checked here."""
