"""What trainings have left: which file it is, what it says, whether its weights fit."""
