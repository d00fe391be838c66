"""What makes ground hard, by rules that can be measured on image, annotation and resolution."""
