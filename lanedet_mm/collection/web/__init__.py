"""Asking servers politely, and believing nothing that they answer."""
